import { array, INTEGER, STRING, sameType, VOID } from "../data-type/data-type.ts";
import { isAnsiInterval } from "../data-type/interval-type.ts";
import { isIntegral, isInterval } from "../data-type/type-class.ts";
import type { Call, Expression } from "../expression/expression.ts";
import { absenceOf } from "../function/absent.ts";
import { findFunction, suggestFunctions } from "../function/catalogue.ts";
import { constantFault } from "../function/constant-fault.ts";
import type { Argument, ArgumentFault, FunctionEntry } from "../function/function-entry.ts";
import { isFault } from "../function/function-entry.ts";
import { expandMacro } from "../function/macro.ts";
import { meanType } from "../function/result-rule.ts";
import { castTo, constantOf, makeCast } from "./cast.ts";
import { asCondition } from "./condition.ts";
import { constantCall, constantOptions } from "./constant-call.ts";
import type { AnalysisOptions } from "./options.ts";
import type { Typed, TypedCall, TypedSortKey } from "./plan.ts";
import { accessField, type BoundParameter, displayName } from "./resolve.ts";
import { POISON } from "./session.ts";
import { countsRows, starArguments } from "./star-arguments.ts";
import { overMoments } from "./time-window.ts";
import { typeKeys } from "./type-key.ts";
import { insideAggregate, type Typing } from "./typing.ts";

/** The typed form of a call: short forms written out, the function found, arguments in place, cast and checked. */
export function typeCall(call: Call, typing: Typing, overWindow = false): Typed {
  const expanded = expandMacro(call);
  if (expanded && "condition" in expanded) return reportFault(expanded, call, typing);
  if (expanded?.kind === "Call") return typeCall(expanded, typing, overWindow);
  if (expanded) return typing.type(expanded, typing);
  const entry = findFunction(call.name);
  if (entry === undefined) return unknownFunction(call, typing);
  const misplaced = misplacement(entry, call, typing, overWindow);
  if (misplaced) return typing.session.report(misplaced.condition, misplaced.message, call);
  const name = currentName(entry, typing.session.options);
  if (name !== undefined && call.args.length === 0)
    return { kind: "Literal", value: name, dataType: STRING, nullable: false };
  return typeKnownCall(entry, call, typing, overWindow);
}

/** What stands for a function that tells where names without a schema are looked for. */
function currentName({ name }: FunctionEntry, { catalog, schema }: AnalysisOptions): string | undefined {
  if (name === "current_catalog") return catalog ?? "spark_catalog";
  return name === "current_schema" ? (schema ?? "default") : undefined;
}

function unknownFunction(call: Call, { session }: Typing): Typed {
  const absence = absenceOf(call.name);
  if (absence !== undefined) {
    const message = `the function \`${call.name}\` is not supported: ${absence}`;
    return session.report("UNRESOLVED_ROUTINE", message, call, { routineName: `\`${call.name}\`` });
  }
  const near = suggestFunctions(call.name);
  const advice = near.length > 0 ? `; did you mean ${near.map((name) => `\`${name}\``).join(", ")}?` : "";
  const parameters = { routineName: `\`${call.name}\``, suggestions: near.join(", ") };
  return session.report("UNRESOLVED_ROUTINE", `there is no function \`${call.name}\`${advice}`, call, parameters);
}

function misplacement(
  entry: FunctionEntry,
  call: Call,
  typing: Typing,
  overWindow: boolean,
): ArgumentFault | undefined {
  const { clause } = typing;
  const fault = (condition: string, message: string): ArgumentFault => ({ kind: "Fault", condition, message });
  switch (entry.kind) {
    case "aggregate":
      if (overWindow) return undefined;
      if (typing.inAggregate !== undefined) {
        return fault(
          "NESTED_AGGREGATE_FUNCTION",
          `\`${call.name}\` stands inside of \`${typing.inAggregate}\`: aggregate in a sub-query first`,
        );
      }
      if (!clause.aggregates)
        return fault(clause.fault, `the aggregate function \`${call.name}\` cannot stand in ${clause.name}`);
      return undefined;
    case "window":
      if (overWindow) return undefined;
      return fault("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE", `\`${call.name}\` needs OVER (..)`);
    case "generator":
      return fault(
        clause.name === "SELECT"
          ? "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS"
          : "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT",
        `\`${call.name}\` makes rows: it must be a whole item of a select list`,
      );
    default:
      if (call.distinct || call.filter) {
        return fault(
          "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
          `\`${call.name}\` is no aggregate function: it takes neither DISTINCT nor FILTER`,
        );
      }
      return undefined;
  }
}

/** The typed form of a call whose function is known and may stand where it does. */
export function typeKnownCall(entry: FunctionEntry, call: Call, typing: Typing, overWindow = false): Typed {
  const expressions = argumentExpressions(entry, call, typing);
  if (expressions === undefined) return POISON;
  const nulls = nullsArgument(entry, expressions);
  const given = nulls === undefined ? expressions : expressions.slice(0, -1);
  const args = typeArguments(entry, given, argumentTyping(entry, typing, overWindow));
  if (args.includes(POISON)) return POISON;
  const field = structElement(entry, args, call, typing);
  if (field) return field;
  const moved = dateArithmetic(entry, args);
  const actual = moved ?? entry;
  const wrongCount = countFault(actual, call, args.length);
  if (wrongCount) return reportFault(wrongCount, call, typing);
  const typed = finishCall(actual, args, given, call, typing);
  if (typed === POISON || typed.kind !== "Call") return typed;
  if (typed.name === "nullif") return ofLeftType(typed, args[0] ?? typed);
  return withModifiers(overMoments(typed), entry, call, typing, nulls ?? call.ignoreNulls ?? false);
}

/** `nullif` is of its left side's type; the type in which the two are compared holds every exact number and every interval of it. */
function ofLeftType(typed: TypedCall, left: Typed): Typed {
  const isExact = [left.dataType, typed.dataType].every(
    (type) => isIntegral(type) || type.kind === "decimal" || isAnsiInterval(type),
  );
  return isExact && !sameType(left.dataType, typed.dataType)
    ? makeCast(typed, left.dataType, false, typed.span)
    : typed;
}

function argumentTyping(entry: FunctionEntry, typing: Typing, overWindow: boolean): Typing {
  if (entry.kind !== "aggregate" || overWindow) return typing;
  return insideAggregate(typing, entry.name);
}

function finishCall(
  entry: FunctionEntry,
  args: readonly Typed[],
  expressions: readonly Expression[],
  call: Call,
  typing: Typing,
): Typed {
  const context = { ansi: typing.session.options.ansi };
  const described = args.map((arg, i) => describe(arg, nameOf(expressions[i])));
  const types = entry.coerce(described, context);
  if (isFault(types)) return reportFault(types, call, typing);
  const cast = args.map((arg, i) => (arg.kind === "Lambda" ? arg : castTo(arg, types[i] ?? arg.dataType)));
  const final = cast.map((arg, i) => (arg === args[i] && described[i]) || describe(arg, nameOf(expressions[i])));
  const dataType = entry.result(final, context);
  if (isFault(dataType)) return reportFault(dataType, call, typing);
  const wrong = constantFault(entry.name, final);
  if (wrong !== undefined) return reportFault(wrong, call, typing);
  const { span } = call;
  const constant = constantCall(entry.name, cast);
  if (constant?.kind === "Fault") return reportFault(constant, call, typing);
  if (constant !== undefined) return { ...constant, ...(span && { span }) };
  const nullable = entry.nullable(final, context);
  return span
    ? { kind: "Call", name: entry.name, args: cast, dataType, nullable, span }
    : { kind: "Call", name: entry.name, args: cast, dataType, nullable };
}

function describe(arg: Typed, name: string | undefined): Argument {
  const { dataType, nullable } = arg;
  const options = dataType.kind === "map" ? constantOptions(arg) : undefined;
  return { dataType, nullable, name, lambda: arg.kind === "Lambda", constant: constantOf(arg), options };
}

function nameOf(expression: Expression | undefined): string | undefined {
  switch (expression?.kind) {
    case "Alias":
      return expression.names[0];
    case "ColumnReference":
      return expression.name.at(-1);
    case "FieldAccess":
      return expression.field;
    default:
      return undefined;
  }
}

/** The arguments by position: named ones put in place, `*` written out. */
function argumentExpressions(entry: FunctionEntry, call: Call, typing: Typing): readonly Expression[] | undefined {
  if (call.argNames?.some((name) => name !== undefined)) return namedArguments(entry, call, typing);
  if (!call.args.some((arg) => arg.kind === "Star")) return call.args;
  if (entry.name === "count" && countsRows(call)) return [{ kind: "Literal", value: 1, dataType: INTEGER }];
  const { scope, argumentScope = scope, session } = typing;
  if (entry.name === "count" && call.args.some((arg) => arg.kind === "Star" && arg.target.length > 0)) {
    const why = "`count(t.*)` is not allowed: write count(*) for rows, or the columns one by one";
    session.report("INVALID_USAGE_OF_STAR_OR_REGEX", why, call);
    return undefined;
  }
  return call.args.flatMap((arg) => (arg.kind === "Star" ? starArguments(arg, argumentScope, session) : [arg]));
}

function namedArguments(entry: FunctionEntry, call: Call, typing: Typing): readonly Expression[] | undefined {
  const placed: Expression[] = [];
  for (const [i, arg] of call.args.entries()) {
    const name = call.argNames?.[i]?.toLowerCase();
    const position = name === undefined ? i : entry.parameters.indexOf(name);
    if (position < 0) {
      const condition =
        entry.parameters.length === 0 ? "NAMED_PARAMETERS_NOT_SUPPORTED" : "UNRECOGNIZED_PARAMETER_NAME";
      typing.session.report(condition, `\`${call.name}\` takes no argument named \`${name}\``, call);
      return undefined;
    }
    placed[position] = arg;
  }
  return placed;
}

const TAKES_NULLS_FLAG: ReadonlyMap<string, number> = new Map([
  ...(["first", "last", "any_value"] as const).map((name) => [name, 1] as const),
  ["nth_value", 2],
]);

/** Whether NULLs are skipped, when the last argument says so: `first(x, true)`. */
function nullsArgument(entry: FunctionEntry, args: readonly Expression[]): boolean | undefined {
  const position = TAKES_NULLS_FLAG.get(entry.name);
  if (position === undefined || args.length !== position + 1) return undefined;
  const flag = args[position];
  return flag?.kind === "Literal" && typeof flag.value === "boolean" ? flag.value : undefined;
}

function typeArguments(entry: FunctionEntry, args: readonly Expression[], typing: Typing): readonly Typed[] {
  const typed: Typed[] = [];
  for (const arg of args) {
    typed.push(arg.kind === "Lambda" ? typeLambda(entry, arg, typed.length, typed, typing) : typing.type(arg, typing));
  }
  return typed;
}

function typeLambda(
  entry: FunctionEntry,
  lambda: Extract<Expression, { kind: "Lambda" }>,
  index: number,
  before: readonly Typed[],
  typing: Typing,
): Typed {
  const { session } = typing;
  if (before.includes(POISON)) return POISON;
  const types = entry.lambdas?.(before, index, lambda.parameters.length);
  if (types === undefined || lambda.parameters.length > types.length) {
    const message = types
      ? `the function in \`${entry.name}\` takes at most ${types.length} parameters, but has ${lambda.parameters.length}`
      : `\`${entry.name}\` takes no function here`;
    const condition = types
      ? "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH"
      : "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION";
    return session.report(condition, message, lambda);
  }
  const bound: readonly BoundParameter[] = lambda.parameters.map((name, i) => ({
    id: session.newId(),
    name,
    dataType: types[i]?.dataType ?? VOID,
    nullable: types[i]?.nullable ?? true,
  }));
  const body = typing.type(lambda.body, { ...typing, lambdas: [...typing.lambdas, ...bound] });
  if (body === POISON) return POISON;
  const span = lambda.span && { span: lambda.span };
  const parameters = bound.map(({ id, name, dataType }) => ({ id, name, dataType }));
  return { kind: "Lambda", parameters, body, dataType: body.dataType, nullable: body.nullable, ...span };
}

/** `struct['field']` is the field. */
function structElement(
  entry: FunctionEntry,
  [container, key]: readonly Typed[],
  call: Call,
  typing: Typing,
): Typed | undefined {
  if (entry.name !== "[]" || container === undefined || container.dataType.kind !== "struct") return undefined;
  const name = key && constantOf(key);
  return typeof name === "string" ? accessField(typing.session, container, name, call) : undefined;
}

const MOVES_DATE: Readonly<Record<string, string>> = {
  "+": "date_add",
  try_add: "date_add",
  "-": "date_sub",
  try_subtract: "date_sub",
};

/** `date + 3` is date_add, `date - 3` date_sub. */
function dateArithmetic(entry: FunctionEntry, args: readonly Typed[]): FunctionEntry | undefined {
  const [left, right] = args;
  if (left?.dataType.kind !== "date" || !right || !isIntegral(right.dataType)) return undefined;
  const moved = MOVES_DATE[entry.name];
  return moved === undefined ? undefined : findFunction(moved);
}

function countFault(entry: FunctionEntry, call: Call, count: number): ArgumentFault | undefined {
  const minimum = entry.name === "count" && call.args.length === 0 ? 1 : entry.minimum;
  if (count >= minimum && count <= entry.maximum) return undefined;
  const most = Number.isFinite(entry.maximum) ? ` to ${entry.maximum}` : " or more";
  const expected = minimum === entry.maximum ? String(minimum) : `${minimum}${most}`;
  const message = `\`${call.name}\` takes ${expected} arguments, but got ${count}`;
  return { kind: "Fault", condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", message };
}

function reportFault(fault: ArgumentFault, call: Call, typing: Typing): Typed {
  const culprit = fault.argument === undefined ? undefined : call.args[fault.argument];
  const shown = call.args
    .map((arg) => (arg.kind === "ColumnReference" ? displayName(arg, typing) : arg.kind))
    .join(", ");
  const text = call.span ? call.span.text.slice(call.span.start, call.span.end) : `${call.name}(${shown})`;
  const place = culprit?.span ? culprit : call;
  return typing.session.report(fault.condition, `\`${text}\`: ${fault.message}`, place, { sqlExpr: text });
}

function withModifiers(
  typed: TypedCall,
  entry: FunctionEntry,
  call: Call,
  typing: Typing,
  ignoreNulls: boolean,
): Typed {
  if (!call.filter && !call.orderBy && !call.distinct && !ignoreNulls) return typed;
  const inner = insideAggregate(typing, entry.name);
  const filter =
    call.filter && asCondition(typing.type(call.filter, inner), inner, "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN");
  if (filter === POISON) return POISON;
  const keys = call.orderBy && typeKeys(call.orderBy, inner);
  if (keys?.some((key) => key.expression === POISON)) return POISON;
  const flags = { ...(call.distinct && { distinct: true }), ...(ignoreNulls && { ignoreNulls: true }) };
  const done: TypedCall = { ...typed, ...flags, ...(filter && { filter }), ...(keys && { orderBy: keys }) };
  return keys?.[0] ? typedByOrder(done, keys[0]) : done;
}

/** `mode()` gives a value of its order, percentiles an interval when they order intervals. */
function typedByOrder(call: TypedCall, { expression }: TypedSortKey): TypedCall {
  const isMode = call.name === "mode" && call.args.length === 0;
  const isPercentile = call.name === "percentile_cont" || call.name === "percentile_disc";
  if (isMode) return { ...call, dataType: expression.dataType };
  if (!isPercentile) return call;
  const one = isInterval(expression.dataType) ? meanType(expression.dataType) : call.dataType;
  return { ...call, dataType: call.args[0]?.dataType.kind === "array" ? array(one, false) : one };
}
