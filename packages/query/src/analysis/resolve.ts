import { array, STRING } from "../data-type/data-type.ts";
import { backQuote } from "../data-type/quoted-name.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type { ColumnReference } from "../expression/expression.ts";
import { nearestNames } from "../function/nearest-names.ts";
import type { LambdaParameter, Typed } from "./plan.ts";
import { columnAt, type Scope, type ScopeColumn } from "./scope.ts";
import { type Place, POISON, type Session } from "./session.ts";

/** A lambda's parameter and whether it can be NULL. */
export interface BoundParameter extends LambdaParameter {
  readonly nullable: boolean;
}

/** The names that an expression can use besides the columns of its scope. */
export interface Names {
  readonly session: Session;
  readonly scope: Scope;
  readonly lambdas: readonly BoundParameter[];
  /** Aliases of earlier items of the same select list, by lower-case name. */
  readonly aliases?: ReadonlyMap<string, Typed> | undefined;
}

type Match =
  | { readonly kind: "Found"; readonly column: ScopeColumn; readonly rest: readonly string[] }
  | { readonly kind: "Ambiguous"; readonly columns: readonly ScopeColumn[] };

/** The column, field, lambda parameter or alias that a reference means; reports it when there is none or more than one. */
export function resolveReference(reference: ColumnReference, names: Names): Typed {
  const { session } = names;
  const found = resolveParts(reference, names);
  if (found === undefined) return unresolved(reference, names);
  if ("kind" in found && found.kind === "Ambiguous") {
    const options = found.columns.map((column) => quoted([...column.qualifier, column.attribute.name])).join(", ");
    const name = quoted(reference.name);
    const message = `the column ${name} is ambiguous: it could be ${options}; write the table's name before it`;
    return session.report("AMBIGUOUS_REFERENCE", message, reference, { name, referenceNames: `[${options}]` });
  }
  return found;
}

function resolveParts(
  reference: ColumnReference,
  names: Names,
): Typed | Extract<Match, { kind: "Ambiguous" }> | undefined {
  const { session, scope } = names;
  const ofDataFrame = reference.planId === undefined ? undefined : dataFrameColumn(reference, names);
  if (ofDataFrame) return ofDataFrame;
  const lambda = lambdaVariable(reference, names);
  if (lambda) return lambda;
  const match = lookUp(scope, reference.name);
  if (match?.kind === "Found") return withFields(session, match, reference);
  if (match) return match;
  return lateralAlias(reference, names) ?? lookUpAround(reference, names);
}

function lookUpAround(reference: ColumnReference, { session, scope }: Names) {
  const places: Scope[] = [];
  for (let one: Scope | undefined = scope.below; one; one = one.below) places.push(one);
  for (let one = scope.outer ?? scope.below?.outer; one; one = one.outer) {
    places.push(one);
    for (let below = one.below; below; below = below.below) places.push(below);
  }
  for (const place of places) {
    const match = lookUp(place, reference.name);
    if (match?.kind === "Found") return withFields(session, match, reference);
    if (match) return match;
  }
  return undefined;
}

function lambdaVariable(reference: ColumnReference, { session, lambdas }: Names): Typed | undefined {
  if (lambdas.length === 0) return undefined;
  const [first, ...rest] = reference.name;
  const parameter = lambdas.findLast((one) => one.name.toLowerCase() === first?.toLowerCase());
  if (parameter === undefined) return undefined;
  const { id, name, dataType, nullable } = parameter;
  const variable: Typed = { kind: "LambdaVariable", id, name, dataType, nullable };
  return fieldsOf(session, variable, rest, reference);
}

function lateralAlias(reference: ColumnReference, { session, aliases }: Names): Typed | undefined {
  const [first, ...rest] = reference.name;
  const typed = first === undefined ? undefined : aliases?.get(first.toLowerCase());
  return typed && fieldsOf(session, typed, rest, reference);
}

function dataFrameColumn(reference: ColumnReference, { session, scope }: Names): Typed | undefined {
  const [first = "", ...rest] = reference.name;
  const wanted = new Set(session.ofDataFrame(reference.planId ?? 0, first).map((attribute) => attribute.id));
  for (let place: Scope | undefined = scope; place; place = place.below ?? place.outer) {
    const hits = distinctColumns(place.columns.filter((column) => wanted.has(column.attribute.id)));
    const [only] = hits;
    if (only && hits.length === 1) return withFields(session, { kind: "Found", column: only, rest }, reference);
    if (only) {
      const message = `the column ${quoted(reference.name)} is on both sides of a join of a DataFrame with itself: give the sides aliases`;
      return session.report("AMBIGUOUS_COLUMN_REFERENCE", message, reference, { name: quoted(reference.name) });
    }
  }
  return undefined;
}

/** Hidden columns are looked at when nothing else can be meant, a field of a column included. */
function lookUp(scope: Scope, parts: readonly string[]): Match | undefined {
  return lookUpAmong(scope, parts, visibleNamed) ?? lookUpAmong(scope, parts, hiddenNamed);
}

function lookUpAmong(scope: Scope, parts: readonly string[], among: typeof visibleNamed): Match | undefined {
  for (let depth = Math.min(parts.length - 1, 3); depth >= 0; depth--) {
    const columns = among(scope, depth === 0 ? NO_PARTS : parts.slice(0, depth), parts[depth] ?? "");
    const [only] = columns;
    if (only && columns.length === 1) return { kind: "Found", column: only, rest: parts.slice(depth + 1) };
    if (only) return { kind: "Ambiguous", columns };
  }
  return undefined;
}

const NO_PARTS: readonly string[] = [];

function visibleNamed(scope: Scope, qualifier: readonly string[], name: string): readonly ScopeColumn[] {
  const named = columnsNamed(scope.columns, name);
  const visible = named.every(isVisible) ? named : named.filter(isVisible);
  return distinctColumns(ofTable(visible, qualifier));
}

function isVisible({ hidden }: ScopeColumn): boolean {
  return hidden === undefined;
}

function hiddenNamed(scope: Scope, qualifier: readonly string[], name: string): readonly ScopeColumn[] {
  const isMeant = ({ hidden }: ScopeColumn) => hidden === "metadata" || (hidden === "using" && qualifier.length > 0);
  return distinctColumns(ofTable(columnsNamed(scope.columns, name).filter(isMeant), qualifier));
}

function ofTable(columns: readonly ScopeColumn[], qualifier: readonly string[]): readonly ScopeColumn[] {
  if (qualifier.length === 0 || columns.length === 0) return columns;
  return columns.filter((column) => endsWith(column.qualifier, qualifier));
}

const byNames = new WeakMap<readonly ScopeColumn[], ReadonlyMap<string, readonly ScopeColumn[]>>();

function columnsNamed(columns: readonly ScopeColumn[], name: string): readonly ScopeColumn[] {
  let known = byNames.get(columns);
  if (known === undefined) {
    known = indexByName(columns);
    byNames.set(columns, known);
  }
  return known.get(name.toLowerCase()) ?? NO_COLUMNS;
}

const NO_COLUMNS: readonly ScopeColumn[] = [];

function indexByName(columns: readonly ScopeColumn[]): ReadonlyMap<string, readonly ScopeColumn[]> {
  const index = new Map<string, ScopeColumn[]>();
  for (const column of columns) {
    const name = column.attribute.name.toLowerCase();
    const same = index.get(name);
    if (same) same.push(column);
    else index.set(name, [column]);
  }
  return index;
}

function distinctColumns(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  if (columns.length < 2) return columns;
  return columns.filter((one, i) => columns.findIndex((other) => other.attribute.id === one.attribute.id) === i);
}

/** Whether two names are the same to Spark: letter case does not count. */
export function sameName(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase();
}

/** Whether a table's full name ends with the parts that a reference gives. */
export function endsWith(qualifier: readonly string[], parts: readonly string[]): boolean {
  const start = qualifier.length - parts.length;
  return start >= 0 && parts.every((part, i) => sameName(part, qualifier[start + i] ?? ""));
}

function withFields(session: Session, match: Extract<Match, { kind: "Found" }>, reference: ColumnReference): Typed {
  const { attribute } = match.column;
  if (session.isPoisoned(attribute)) return POISON;
  return fieldsOf(session, columnAt(attribute, reference.span), match.rest, reference);
}

function fieldsOf(session: Session, typed: Typed, fields: readonly string[], place: Place): Typed {
  if (fields.length === 0) return typed;
  return fields.reduce((inner, name) => (inner === POISON ? POISON : accessField(session, inner, name, place)), typed);
}

/** The field of a struct, the value of a map under a key, or the fields of an array of structs. */
export function accessField(session: Session, typed: Typed, name: string, place: Place): Typed {
  const type = typed.dataType;
  const span = place.span && { span: place.span };
  if (type.kind === "struct") {
    const ordinal = type.fields.findIndex((field) => sameName(field.name, name));
    const field = type.fields[ordinal];
    if (field === undefined)
      return noField(
        session,
        type.fields.map((one) => one.name),
        name,
        place,
      );
    const nullable = typed.nullable || field.nullable;
    return {
      kind: "FieldAccess",
      expression: typed,
      field: field.name,
      ordinal,
      dataType: field.dataType,
      nullable,
      ...span,
    };
  }
  if (type.kind === "map" && type.key.kind === "string") {
    const key: Typed = { kind: "Literal", value: name, dataType: STRING, nullable: false };
    return { kind: "Call", name: "[]", args: [typed, key], dataType: type.value, nullable: true, ...span };
  }
  if (type.kind === "array" && type.element.kind === "struct") return fieldOfEach(session, typed, name, place);
  const message = `a field \`${name}\` needs a STRUCT, but the value has the type ${sqlType(type)}`;
  return session.report("INVALID_EXTRACT_BASE_FIELD_TYPE", message, place, { other: sqlType(type) });
}

function fieldOfEach(session: Session, list: Typed, name: string, place: Place): Typed {
  if (list.dataType.kind !== "array") return POISON;
  const parameter = { id: session.newId(), name: "element", dataType: list.dataType.element };
  const nullable = list.dataType.containsNull;
  const body = accessField(session, { kind: "LambdaVariable", ...parameter, nullable }, name, place);
  if (body === POISON) return POISON;
  const lambda: Typed = {
    kind: "Lambda",
    parameters: [parameter],
    body,
    dataType: body.dataType,
    nullable: body.nullable,
  };
  const dataType = array(body.dataType, body.nullable);
  return { kind: "Call", name: "transform", args: [list, lambda], dataType, nullable: list.nullable };
}

function noField(session: Session, fields: readonly string[], name: string, place: Place): Typed {
  const near = nearestNames(name, fields, 5)
    .map((one) => `\`${one}\``)
    .join(", ");
  const message = `there is no field \`${name}\`; the fields are ${near}`;
  return session.report("FIELD_NOT_FOUND", message, place, { fieldName: `\`${name}\``, fields: near });
}

function unresolved(reference: ColumnReference, names: Names): Typed {
  const { session, scope } = names;
  for (let place: Scope | undefined = scope; place; place = place.below ?? place.outer) {
    if (place.poisoned) return POISON;
  }
  const objectName = quoted(reference.name);
  const proposal = suggestions(reference, scope);
  if (proposal.length === 0) {
    const message = `there is no column ${objectName}: there are no columns here`;
    return session.report("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", message, reference, { objectName });
  }
  const message = `there is no column ${objectName}; did you mean ${proposal.join(", ")}?`;
  return session.report("UNRESOLVED_COLUMN.WITH_SUGGESTION", message, reference, {
    objectName,
    proposal: proposal.join(", "),
  });
}

function suggestions(reference: ColumnReference, scope: Scope): readonly string[] {
  const columns = [...scope.columns, ...(scope.below?.columns ?? [])].filter((column) => column.hidden !== "metadata");
  const qualifiers = new Set(columns.map((column) => column.qualifier.join(".")));
  const spell = (column: ScopeColumn) =>
    qualifiers.size > 1 ? [...column.qualifier.slice(-1), column.attribute.name] : [column.attribute.name];
  const byText = new Map(columns.map((column) => [spell(column).join("."), quoted(spell(column))]));
  const wanted = qualifiers.size > 1 ? reference.name.join(".") : (reference.name.at(-1) ?? "");
  return nearestNames(wanted, byText.keys(), 5).map((text) => byText.get(text) ?? text);
}

/** A name as Spark quotes it: `` `a`.`b` ``. */
function quoted(parts: readonly string[]): string {
  return parts.map(backQuote).join(".");
}

/** The reference as generated column names spell it: without the table's name. */
export function displayName(reference: ColumnReference, { scope, lambdas }: Names): string {
  const { name } = reference;
  if (lambdas.some((one) => sameName(one.name, name[0] ?? ""))) {
    return ["namedlambdavariable()", ...name.slice(1)].join(".");
  }
  for (let place: Scope | undefined = scope; place; place = place.below ?? place.outer) {
    for (let depth = Math.min(name.length - 1, 3); depth > 0; depth--) {
      const qualifier = name.slice(0, depth);
      const found = [visibleNamed, hiddenNamed].some((among) => among(place, qualifier, name[depth] ?? "").length > 0);
      if (found) return name.slice(depth).join(".");
    }
  }
  return name.join(".");
}
