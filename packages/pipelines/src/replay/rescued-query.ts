import { analyze, type Expression, type Plan, type Relation, type StructField, type StructType } from "@sluice/query";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { parseCondition } from "../planner/row-condition.ts";
import { analysisOptions, call, cast, column, literal, named, passesRules } from "./replay-expression.ts";
import type { RescuedColumns } from "./rescued-columns.ts";
import { fieldText, nestedField } from "./rescued-field.ts";

/** The queries of a replay over a table with rescued data; each scan of them is of that table at one version. */
export interface RescuedQueries {
  /** One row: how many rows have rescued data and are chosen (`examined`), and how many of them can be set right (`passing`). */
  readonly counts: Plan;
  /** The rows that are set right, in the columns of the table. */
  readonly corrected: Plan;
  /** All other rows, as they are. */
  readonly kept: Plan;
}

/**
 * Writes down what a replay asks. A row is set right when a field of its rescued data is a column of the table now that is NULL in the row and whose type the
 * field has, and when it then still meets the table's rules. What was rescued is forgotten once every field of it is in a column.
 *
 * @throws QueryError for a condition that is wrong or not the same each time.
 */
export function rescuedQueries(
  dataset: Dataset,
  columns: RescuedColumns,
  stored: StructType,
  where: string | undefined,
  settings: PipelineSettings,
): RescuedQueries {
  const { fields } = dataset.schema;
  const judged = judgedRows({ dataset, columns, stored, settings }, where);
  const replayed = call("coalesce", column("_replayed"), literal(false));
  const analyzed = (relation: Relation): Plan =>
    analyze(relation, analysisOptions(new Map([["rows", stored]]), settings));
  const pick = (condition: Expression, expressions: readonly Expression[]): Plan =>
    analyzed({ kind: "Project", input: { kind: "Filter", input: judged, condition }, expressions });
  const counts = [
    named(call("count_if", column("_examined")), "examined"),
    named(call("count_if", replayed), "passing"),
  ];
  return {
    counts: analyzed({
      ...{ kind: "Aggregate", input: judged, groupBy: "expressions", grouping: [], aggregates: counts },
      keepGrouping: false,
    }),
    corrected: pick(
      replayed,
      fields.map(({ name }) => column(name)),
    ),
    kept: pick(
      call("not", replayed),
      fields.map(({ name }, i) => named(column(old(i)), name)),
    ),
  };
}

interface Question {
  readonly dataset: Dataset;
  readonly columns: RescuedColumns;
  readonly stored: StructType;
  readonly settings: PipelineSettings;
}

const old = (i: number): string => `_old_${i}`;

/** The rows with each column as it is (`_old_<i>`) and, under its own name, as it would be; `_examined` and `_replayed` say what becomes of the row. */
function judgedRows(question: Question, where: string | undefined): Relation {
  const { dataset, columns, settings } = question;
  const { fields } = dataset.schema;
  const takes = fields.filter((field) => columns.plain.includes(field.name));
  const fitting = takes.map((_, i) => call("and", column(`_free_${i}`), call("isnotnull", column(`_field_${i}`))));
  const some = fitting.reduce((left, right) => call("or", left, right), literal(false));
  const set: Relation = {
    kind: "Project",
    input: { kind: "Project", input: rows(), expressions: rowFacts(question, takes, where) },
    expressions: [
      ...fields.map(({ name }, i) => named(settled(name, i, takes, fitting, columns.rescued), name)),
      ...fields.map((_, i) => column(old(i))),
      column("_examined"),
      named(call("and", column("_examined"), some), "_fits"),
    ],
  };
  const passes = call("and", column("_fits"), passesRules(dataset, settings));
  return { kind: "WithColumns", input: set, columns: [{ name: "_replayed", expression: passes }] };
}

/** What is known of a row: its columns, the fields of its rescued data that columns could take, and whether those columns are free. */
function rowFacts(
  { dataset, columns: { rescued }, stored, settings }: Question,
  takes: readonly StructField[],
  where: string | undefined,
): readonly Expression[] {
  const has = new Set(stored.fields.map((field) => field.name.toLowerCase()));
  const before = ({ name, dataType }: StructField): Expression =>
    cast(has.has(name.toLowerCase()) ? column(name) : literal(null), dataType);
  const chosen =
    where === undefined ? literal(true) : call("coalesce", parseCondition(where, settings), literal(false));
  return [
    ...dataset.schema.fields.map((field, i) => named(before(field), old(i))),
    ...takes.map((field, i) => named(fieldOf(rescued, field), `_field_${i}`)),
    ...takes.map((field, i) => named(call("isnull", before(field)), `_free_${i}`)),
    named(call("and", call("isnotnull", column(rescued)), chosen), "_examined"),
  ];
}

/** A column as it would be. */
function settled(
  name: string,
  place: number,
  takes: readonly StructField[],
  fitting: readonly Expression[],
  rescued: string,
): Expression {
  const taken = takes.findIndex((field) => field.name === name);
  if (name === rescued) return leftOver(column(old(place)), fitting);
  return taken < 0 ? column(old(place)) : call("coalesce", column(old(place)), column(`_field_${taken}`));
}

function rows(): Relation {
  return { kind: "NamedTable", name: ["rows"], streaming: false, options: {} };
}

/** A field of the rescued data as a value of its column; NULL when it has another type. */
function fieldOf(rescued: string, field: StructField): Expression {
  switch (field.dataType.kind) {
    case "string":
      return fieldText(rescued, field.name);
    case "array":
    case "map":
    case "struct":
      return nestedField(rescued, field);
    default:
      return cast(fieldText(rescued, field.name), field.dataType, true);
  }
}

/** What stays in the rescued-data column: nothing once every field, the path of the file aside, has gone into a column. */
function leftOver(old: Expression, fitting: readonly Expression[]): Expression {
  const one = (condition: Expression): Expression => call("if", condition, literal(1), literal(0));
  const path = one(call("isnotnull", call("get_json_object", old, literal("$._file_path"))));
  const gone = fitting.map(one).reduce((left, right) => call("+", left, right), path);
  const fields = call("size", call("json_object_keys", old));
  return call("if", call("<=", fields, gone), cast(literal(null), { kind: "string" }), old);
}
