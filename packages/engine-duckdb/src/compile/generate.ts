import type { Attribute, DataType, GeneratePlan, Typed } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { quoteText } from "./identifier.ts";
import { type Item, type Select, selectFrom, toSource } from "./select.ts";

const LIST = '"__list"';
const ELEMENT = '"__element"';

/** Rows made of each row by a generator. The UNNESTs of one SELECT go in step and keep the order of the elements. */
export function compileGenerate(plan: GeneratePlan, scope: PlanScope): Select {
  const name = plan.generator.name.replace(/_outer$/, "");
  const outer = plan.outer || plan.generator.name.endsWith("_outer");
  switch (name) {
    case "explode":
    case "posexplode":
      return explode(plan, { outer, position: name === "posexplode" }, scope);
    case "inline":
      return inline(plan, outer, scope);
    case "variant_explode":
      return variantExplode(plan, outer, scope);
    case "stack":
      return stack(plan, scope);
    case "json_tuple":
      return jsonTuple(plan, scope);
    default:
      throw new Error(`no generator ${plan.generator.name}: checkPlan reports it`);
  }
}

function inputItems(plan: GeneratePlan, scope: PlanScope): readonly Item[] {
  return scope.passing(plan.input.output);
}

/** The input with the generator's argument computed once, unless it is a column already. */
function withList(
  plan: GeneratePlan,
  scope: PlanScope,
): { readonly base: Select; readonly list: string; readonly type: DataType } {
  const argument = firstArgument(plan);
  const base = selectFrom(scope.compile(plan.input));
  if (argument.kind === "Column") return { base, list: scope.sql(argument), type: argument.dataType };
  const inner = { ...base, items: [...inputItems(plan, scope), { sql: scope.sql(argument), name: LIST }] };
  return { base: { items: [], from: toSource(inner) }, list: LIST, type: argument.dataType };
}

function firstArgument(plan: GeneratePlan): Typed {
  const [argument] = plan.generator.args;
  if (argument === undefined) throw new Error(`${plan.generator.name} needs an argument`);
  return argument;
}

function explode(
  plan: GeneratePlan,
  how: { readonly outer: boolean; readonly position: boolean },
  scope: PlanScope,
): Select {
  const { base, list, type } = withList(plan, scope);
  const columns = explodedColumns(list, type);
  const position = how.position ? [positionOf(list, type, how.outer)] : [];
  const generated = columns.map(({ sql, element }) => `unnest(${how.outer ? orNull(sql, element) : sql})`);
  return { ...base, items: [...inputItems(plan, scope), ...named(plan.generated, [...position, ...generated], scope)] };
}

function explodedColumns(
  list: string,
  type: DataType,
): readonly { readonly sql: string; readonly element: DataType }[] {
  if (type.kind === "map") {
    return [
      { sql: `map_keys(${list})`, element: type.key },
      { sql: `map_values(${list})`, element: type.value },
    ];
  }
  return [{ sql: list, element: type.kind === "array" ? type.element : { kind: "void" } }];
}

function positionOf(list: string, type: DataType, outer: boolean): string {
  const length = type.kind === "map" ? `cardinality(${list})` : `len(${list})`;
  const positions = `range(0, CAST(${length} AS BIGINT))`;
  return `CAST(unnest(${outer ? orNull(positions, { kind: "long" }) : positions}) AS INTEGER)`;
}

function orNull(list: string, element: DataType): string {
  return `CASE WHEN len(${list}) > 0 THEN ${list} ELSE [CAST(NULL AS ${duckType(element)})] END`;
}

function named(generated: readonly Attribute[], columns: readonly string[], scope: PlanScope): readonly Item[] {
  return generated.map((attribute, i) => ({ sql: columns[i] ?? "NULL", name: scope.name(attribute) }));
}

function inline(plan: GeneratePlan, outer: boolean, scope: PlanScope): Select {
  const { base, list, type } = withList(plan, scope);
  const element = type.kind === "array" ? type.element : type;
  const unnested = `unnest(${outer ? orNull(list, element) : list})`;
  const inner = { ...base, items: [...inputItems(plan, scope), { sql: unnested, name: ELEMENT }] };
  const fields = element.kind === "struct" ? element.fields : [];
  const columns = fields.map((one) => `struct_extract(${ELEMENT}, ${quoteText(one.name)})`);
  return { items: [...inputItems(plan, scope), ...named(plan.generated, columns, scope)], from: toSource(inner) };
}

/** The elements of a list, or the members of an object by their keys; none of other variants. */
function variantExplode(plan: GeneratePlan, outer: boolean, scope: PlanScope): Select {
  const { base, list } = withList(plan, scope);
  const values = `coalesce(js_variant_elements(${list}), js_variant_values(${list}))`;
  const keys = `coalesce(js_variant_keys(${list}), list_transform(js_variant_elements(${list}), lambda "_v": CAST(NULL AS VARCHAR)))`;
  const positions = `range(0, CAST(len(${values}) AS BIGINT))`;
  const unnested = (items: string, element: DataType) => `unnest(${outer ? orNull(items, element) : items})`;
  const columns = [
    `CAST(${unnested(positions, { kind: "long" })} AS INTEGER)`,
    ...[unnested(keys, { kind: "string" }), unnested(values, { kind: "variant" })],
  ];
  return { ...base, items: [...inputItems(plan, scope), ...named(plan.generated, columns, scope)] };
}

function stack(plan: GeneratePlan, scope: PlanScope): Select {
  const [count, ...cells] = plan.generator.args;
  const rows = count?.kind === "Literal" ? Number(count.value) : 1;
  const width = plan.generated.length;
  const columns = plan.generated.map(({ dataType }, column) => {
    const values = Array.from({ length: rows }, (_, row) => cells[row * width + column]);
    return `unnest([${values.map((value) => (value === undefined ? `CAST(NULL AS ${duckType(dataType)})` : scope.sql(value))).join(", ")}])`;
  });
  const base = selectFrom(scope.compile(plan.input));
  return { ...base, items: [...inputItems(plan, scope), ...named(plan.generated, columns, scope)] };
}

function jsonTuple(plan: GeneratePlan, scope: PlanScope): Select {
  const [text, ...keys] = plan.generator.args;
  if (text === undefined) throw new Error("json_tuple needs an argument");
  const base = selectFrom(scope.compile(plan.input));
  const columns = keys.map((key) => `sp_json_field(${scope.sql(text)}, ${scope.sql(key)})`);
  return { ...base, items: [...inputItems(plan, scope), ...named(plan.generated, columns, scope)] };
}
