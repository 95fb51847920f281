import type { MergeCounts, TableDescription } from "@sluice/pipelines";
import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type Expression,
  type Plan,
  type Relation,
  type Typed,
} from "@sluice/query";
import { assignedColumn } from "./assign-columns.ts";
import { computeColumns } from "./compute-columns.ts";
import { evaluateQuery, type QueryLimits } from "./evaluate-query.ts";
import { executionSession } from "./execution-session.ts";
import { targetOf } from "./insert-rows.ts";
import type { SessionState } from "./session-state.ts";
import { storeFailure } from "./write-rows.ts";

/** What a statement changes, and how the history tells it. */
export interface ChangeFacts {
  readonly display: string;
  readonly description: TableDescription;
  readonly operation: "DELETE" | "UPDATE" | "MERGE";
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether a row of the table that is met several times goes all the same; absent: that is an error. */
  readonly mayRepeat?: boolean;
  /** The columns that the statement sets. */
  readonly given?: readonly string[];
}

const KEEPS = "__keeps";

/**
 * Commits rows that say what to do with them. Their columns, by position: those of the table, whether the row comes (BOOLEAN), then file and place of the row
 * of the table that goes. @throws EngineError DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE, DELTA_CONCURRENT_WRITE; the table is as it was then
 */
export async function commitChanges(
  rows: Relation,
  { display, description, operation, parameters, mayRepeat = false, given = [] }: ChangeFacts,
  state: SessionState,
  { signal }: QueryLimits,
): Promise<MergeCounts> {
  const { fields } = description.schema;
  const names = [...fields.map((_, i) => `_c${i}`), KEEPS, "_file", "_row"];
  const kept = names.slice(fields.length).map((name): Expression => ({ kind: "ColumnReference", name: [name] }));
  const relation: Relation = {
    kind: "Project",
    input: { kind: "ToDF", input: rows, names },
    expressions: [...fields.map((field, i) => assignedColumn(field, names[i] ?? "")), ...kept],
  };
  const computed = operation === "DELETE" ? relation : computeColumns(relation, description.schema, given);
  const { plan, inputs } = await evaluateQuery(computed, state);
  const outcome = await (await state.engine())
    .write(
      {
        target: targetOf(display, description),
        mode: "merge",
        plan: comingRows(plan),
        merge: { version: description.version, removed: goingRows(plan, mayRepeat), identity: "position" },
        shared: [plan],
        inputs,
        session: executionSession(state),
        states: [],
        operation,
        operationParameters: parameters,
      },
      signal,
    )
    .catch((error) => {
      throw storeFailure(error);
    });
  if (outcome.kind !== "Committed" || outcome.merged === undefined) {
    throw new Error(`a change of rows came out as ${outcome.kind}`);
  }
  return outcome.merged;
}

function comingRows(input: Plan): Plan {
  const keeps = attributeNamed(input, KEEPS);
  const filter: Plan = { kind: "Filter", input, condition: columnOf(keeps), output: input.output };
  return projected(
    filter,
    input.output.filter((one) => one !== keeps),
  );
}

function goingRows(input: Plan, mayRepeat: boolean): Plan {
  const places = [attributeNamed(input, "_file"), attributeNamed(input, "_row")];
  const args = places.slice(0, 1).map(columnOf);
  const condition: Typed = { kind: "Call", name: "isnotnull", args, dataType: BOOLEAN, nullable: false };
  const rows = projected({ kind: "Filter", input, condition, output: input.output }, places);
  return mayRepeat
    ? { kind: "Deduplicate", input: rows, keys: places.map((one) => one.id), withinWatermark: false, output: places }
    : rows;
}

function projected(input: Plan, output: readonly Attribute[]): Plan {
  const columns = output.map((attribute) => ({ attribute, expression: columnOf(attribute) }));
  return { kind: "Project", input, columns, output };
}

function attributeNamed({ output }: Plan, name: string): Attribute {
  const found = output.findLast((one) => one.name === name);
  if (found === undefined) throw new Error(`changes have no column ${name}`);
  return found;
}
