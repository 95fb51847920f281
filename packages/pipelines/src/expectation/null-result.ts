import { simpleString, type Typed, type TypedCall, type TypedCase, walkTyped } from "@sluice/query";

/** The results that an expression may have: a value that is true (or any value that is no Boolean), false, NULL. */
const TRUE = 1;
const FALSE = 2;
const NULL = 4;
const VALUE: number = TRUE | FALSE;

/** The nullable columns of a condition, by name, each of which makes the condition possibly NULL when it alone is NULL. Empty: it always decides. */
export function columnsThatMakeNull(condition: Typed): readonly string[] {
  return nullableColumns(condition).flatMap((column) =>
    (resultsWhenNull(condition, isColumn(column.id)) & NULL) === 0 ? [] : [column.name],
  );
}

/** A text column, and the type that it is cast to, as SQL has it. */
export interface CastText {
  readonly column: string;
  readonly type: string;
}

/** The casts of text columns, written or not, each of which makes the condition possibly NULL where the text is no value of the type: so it is without ANSI mode. */
export function textThatMakesNull(condition: Typed): readonly CastText[] {
  const casts = new Map<string, CastText>();
  for (const part of walkTyped(condition)) {
    const cast = castText(part);
    if (cast !== undefined) casts.set(`${cast.column} ${cast.type}`, cast);
  }
  return [...casts.values()].filter((cast) => (resultsWhenNull(condition, isCast(cast)) & NULL) !== 0);
}

/** Whether a condition is certainly FALSE for rows whose text is no value of the type. */
export function refusesText(condition: Typed, cast: CastText): boolean {
  return resultsWhenNull(condition, isCast(cast)) === FALSE;
}

function castText(typed: Typed): CastText | undefined {
  if (typed.kind !== "Cast" || typed.expression.kind !== "Column") return undefined;
  const { name, dataType } = typed.expression;
  const isText = dataType.kind === "string" && typed.dataType.kind !== "string" && typed.dataType.kind !== "binary";
  return isText ? { column: name, type: simpleString(typed.dataType).toUpperCase() } : undefined;
}

function isCast(cast: CastText): IsNull {
  return (typed) => {
    const found = castText(typed);
    return found?.column === cast.column && found.type === cast.type;
  };
}

function isColumn(id: number): IsNull {
  return (typed) => typed.kind === "Column" && typed.id === id;
}

/** Which parts of a condition are NULL. */
type IsNull = (typed: Typed) => boolean;

/** Whether a condition is certainly FALSE for rows whose column of this name is NULL. */
export function refusesNull(condition: Typed, column: string): boolean {
  const found = nullableColumns(condition).find((one) => one.name.toLowerCase() === column.toLowerCase());
  return found !== undefined && resultsWhenNull(condition, isColumn(found.id)) === FALSE;
}

function nullableColumns(condition: Typed): readonly { readonly id: number; readonly name: string }[] {
  const columns = new Map<number, string>();
  for (const typed of walkTyped(condition)) {
    if (typed.kind === "Column" && typed.nullable) columns.set(typed.id, typed.name);
  }
  return [...columns].map(([id, name]) => ({ id, name }));
}

function resultsWhenNull(typed: Typed, isNull: IsNull): number {
  const results = (one: Typed): number => resultsWhenNull(one, isNull);
  if (isNull(typed)) return NULL;
  switch (typed.kind) {
    case "Literal":
      return typed.value === null ? NULL : typed.value === true ? TRUE : typed.value === false ? FALSE : VALUE;
    case "Cast":
    case "FieldAccess":
    case "JsonPath":
      return results(typed.expression);
    case "Case":
      return caseResults(typed, results);
    case "Call":
      return callResults(typed, results);
    default:
      return VALUE;
  }
}

type Results = (typed: Typed) => number;

/** Functions whose result for NULL arguments is not simply NULL. */
const SPECIAL: Readonly<Record<string, (args: readonly number[]) => number>> = {
  and: ([left = VALUE, right = VALUE]) => conjunction(left, right),
  or: ([left = VALUE, right = VALUE]) => negation(conjunction(negation(left), negation(right))),
  isnull: ([arg = VALUE]) => present(arg, FALSE, TRUE),
  isnotnull: ([arg = VALUE]) => present(arg, TRUE, FALSE),
  istrue: ([arg = VALUE]) => (arg & TRUE ? TRUE : 0) | (arg & (FALSE | NULL) ? FALSE : 0),
  isfalse: ([arg = VALUE]) => (arg & FALSE ? TRUE : 0) | (arg & (TRUE | NULL) ? FALSE : 0),
  coalesce: (args) => firstPresent(args),
  if: ([when = VALUE, then = VALUE, otherwise = VALUE]) =>
    (when & TRUE ? then : 0) | (when & (FALSE | NULL) ? otherwise : 0),
  nvl2: ([arg = VALUE, then = VALUE, otherwise = VALUE]) => (arg & VALUE ? then : 0) | (arg & NULL ? otherwise : 0),
  concat_ws: ([separator = VALUE]) => strict([separator]),
  greatest: (args) => firstPresent(args),
  least: (args) => firstPresent(args),
};

function callResults(call: TypedCall, results: Results): number {
  if (!call.nullable && SPECIAL[call.name] === undefined) return VALUE;
  const args = call.args.map(results);
  if (call.name === "not") return negation(args[0] ?? VALUE);
  return (SPECIAL[call.name] ?? strict)(args);
}

function caseResults(typed: TypedCase, results: Results): number {
  let reached = 0;
  for (const branch of typed.branches) {
    const when = results(branch.when);
    if (when & TRUE) reached |= results(branch.then);
    if (when === TRUE) return reached;
  }
  return reached | (typed.otherwise === undefined ? NULL : results(typed.otherwise));
}

function strict(args: readonly number[]): number {
  if (args.includes(NULL)) return NULL;
  return VALUE | (args.some((arg) => arg & NULL) ? NULL : 0);
}

function firstPresent(args: readonly number[]): number {
  let reached = 0;
  for (const arg of args) {
    reached |= arg & VALUE;
    if ((arg & NULL) === 0) return reached;
  }
  return reached | NULL;
}

function conjunction(left: number, right: number): number {
  const pairs = [TRUE, FALSE, NULL].flatMap((one) => [TRUE, FALSE, NULL].map((other) => [one, other] as const));
  return pairs
    .filter(([one, other]) => left & one && right & other)
    .reduce((sum, [one, other]) => sum | (one === FALSE || other === FALSE ? FALSE : Math.max(one, other)), 0);
}

function negation(results: number): number {
  return (results & TRUE ? FALSE : 0) | (results & FALSE ? TRUE : 0) | (results & NULL);
}

function present(arg: number, whenPresent: number, whenNull: number): number {
  return (arg & VALUE ? whenPresent : 0) | (arg & NULL ? whenNull : 0);
}
