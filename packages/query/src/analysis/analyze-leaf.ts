import { widestType } from "../data-type/coercion.ts";
import { type DataType, LONG } from "../data-type/data-type.ts";
import type { Expression } from "../expression/expression.ts";
import type { InlineTable, Leaf, LocalRelation, TableFunction } from "../relation/relation.ts";
import { analyzeView } from "./analyze-view.ts";
import { castTo } from "./cast.ts";
import { generate, generatorCall } from "./generate.ts";
import type { Plan, Typed } from "./plan.ts";
import { type Analyzed, type Environment, type ScopeColumn, unqualified } from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { CLAUSES, type Typing } from "./typing.ts";
import { wholeConstant } from "./whole-constant.ts";

/** A leaf that the world resolves: a table's columns, or the body of a view. */
export function analyzeLeaf(leaf: Leaf, session: Session): Analyzed {
  const resolved = session.resolve(leaf);
  if ("condition" in resolved) {
    session.keep(resolved);
    return nothing();
  }
  const qualifier = leaf.kind === "NamedTable" ? leaf.name : [];
  if (resolved.kind === "View") return analyzeView(resolved, qualifier, session);
  const visible = session.attributes(resolved.schema.fields);
  const hidden = session.attributes(resolved.hidden.fields);
  session.hide(hidden);
  const plan: Plan = {
    kind: "Scan",
    scan: session.newScan(),
    leaf,
    streaming: leaf.streaming,
    output: [...visible, ...hidden],
    ...(leaf.origin && { origin: leaf.origin }),
    ...(leaf.span && { span: leaf.span }),
  };
  const columns: ScopeColumn[] = [
    ...visible.map((attribute) => ({ attribute, qualifier })),
    ...hidden.map((attribute) => ({ attribute, qualifier, hidden: "metadata" as const })),
  ];
  return { plan, columns, poisoned: false };
}

/** Stands for a relation that failed. */
export function nothing(): Analyzed {
  return { plan: { kind: "Values", rows: [], output: [] }, columns: [], poisoned: true };
}

/** One row without columns. */
export function oneRow(): Analyzed {
  return { plan: { kind: "Values", rows: [[]], output: [] }, columns: [], poisoned: false };
}

/** Rows that the program gave. */
export function analyzeLocal(relation: LocalRelation, session: Session): Analyzed {
  const output = session.attributes(relation.schema.fields);
  const rows = relation.rows.map((row) =>
    output.map((attribute, i): Typed => {
      const value = row[i] ?? null;
      return { kind: "Literal", value, dataType: attribute.dataType, nullable: value === null };
    }),
  );
  return { plan: { kind: "Values", rows, output }, columns: unqualified(output), poisoned: false };
}

/** VALUES: the columns get the common types of their values. */
export function analyzeInline(relation: InlineTable, environment: Environment, session: Session): Analyzed {
  const typing = constantTyping(environment, session);
  const rows = relation.rows.map((row) => row.map((one) => typing.type(one, typing)));
  const width = rows[0]?.length ?? 0;
  const uneven = relation.rows.find((row) => row.length !== width);
  if (uneven) {
    const message = `every row of VALUES must have ${width} values as the first has, but one has ${uneven.length}`;
    session.report("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH", message, uneven[0] ?? relation);
    return nothing();
  }
  if (rows.some((row) => row.includes(POISON))) return nothing();
  const types = Array.from({ length: width }, (_, i) => columnType(rows, i, relation, session));
  const output = types.map((type, i) =>
    session.attribute(
      `col${i + 1}`,
      type,
      rows.some((row) => row[i]?.nullable ?? true),
    ),
  );
  const cast = rows.map((row) => row.map((value, i) => castTo(value, types[i] ?? value.dataType)));
  return { plan: { kind: "Values", rows: cast, output }, columns: unqualified(output), poisoned: false };
}

function columnType(
  rows: readonly (readonly Typed[])[],
  index: number,
  relation: InlineTable,
  session: Session,
): DataType {
  const types = rows.map((row) => row[index]?.dataType ?? { kind: "void" as const });
  const type = widestType(types, session.options);
  if (type) return type;
  session.report(
    "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE",
    `column ${index + 1} of VALUES has values of types that have no common one`,
    relation.rows[0]?.[index] ?? relation,
  );
  return { kind: "void" };
}

function constantTyping(environment: Environment, session: Session): Typing {
  const scope = { columns: [], poisoned: false, ...(environment.outer && { outer: environment.outer }) };
  return { session, scope, environment, lambdas: [], clause: CLAUSES.values, type: typeExpression };
}

/** A function in FROM that is not the world's: `range` or a generator. Undefined for the others, which are leaves. */
export function analyzeTableFunction(
  relation: TableFunction,
  environment: Environment,
  session: Session,
): Analyzed | undefined {
  if (isRange(relation)) return analyzeRange(relation, environment, session);
  const call = tableGenerator(relation);
  if (call === undefined) return undefined;
  const generated = generate(oneRow().plan, call, [], false, constantTyping(environment, session));
  if (generated === undefined) return nothing();
  return { plan: generated.plan, columns: unqualified(generated.attributes), poisoned: false };
}

/** Whether the function is `range`. */
export function isRange(relation: TableFunction): boolean {
  return relation.name.toLowerCase() === "range";
}

/** The generator call that a function in FROM is; undefined when it is something else. */
export function tableGenerator(relation: TableFunction): Extract<Expression, { kind: "Call" }> | undefined {
  const args = relation.args.map(({ value }) => value);
  const expressions = args.filter((value) => value.kind !== "NamedTable");
  if (expressions.length < args.length) return undefined;
  const argNames = relation.args.map(({ name }) => name);
  const named = argNames.some((name) => name !== undefined) && { argNames };
  return generatorCall({
    kind: "Call",
    name: relation.name,
    args: expressions,
    ...named,
    ...(relation.span && { span: relation.span }),
  });
}

function analyzeRange(relation: TableFunction, environment: Environment, session: Session): Analyzed {
  const typing = constantTyping(environment, session);
  const numbers = relation.args.map(({ value }) =>
    value.kind === "NamedTable" ? undefined : wholeConstant(typing.type(value, typing)),
  );
  const [first, second, third = 1n] = numbers;
  const known = numbers.filter((one) => one !== undefined);
  if (first === undefined || known.length < numbers.length || numbers.length > 4 || third === 0n) {
    session.report(
      "UNEXPECTED_INPUT_TYPE",
      "`range` takes constant whole numbers: range(end), range(start, end) or range(start, end, step)",
      relation,
    );
    return nothing();
  }
  const [start, end] = second === undefined ? [0n, first] : [first, second];
  const output = [session.attribute("id", LONG, false)];
  return { plan: { kind: "Range", start, end, step: third, output }, columns: unqualified(output), poisoned: false };
}
