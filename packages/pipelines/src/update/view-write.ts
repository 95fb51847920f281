import { generationOf, type StructType, sameType } from "@sluice/query";
import { compactFiles, isCompactionDue, isManaged } from "../engine/compact-files.ts";
import type { Engine, Session, TableDescription, TableTarget, WriteRequest } from "../engine/engine.ts";
import { tableProperty } from "../engine/table-property.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import { tableTarget } from "../streaming/table-write.ts";

/** How the result of a view's query gets into its table. */
export type ViewWrite = Pick<WriteRequest, "mode" | "merge" | "operation"> & {
  /** For Delta's commitInfo. */
  readonly parameters: Readonly<Record<string, string>>;
};

const REPLACE: ViewWrite = { mode: "overwrite", operation: "WRITE", parameters: { mode: "Overwrite" } };
const FEED = "delta.enableChangeDataFeed";
const POSITION = new Set(["_file", "_row"]);

/**
 * All rows are replaced; of a table with a change feed only those that differ, so that its feed says what has changed. Rows of the same primary key are an
 * update then. A full refresh, and other columns or partitions than those stored, replace all rows even there. `table` is what is stored.
 */
export function viewWrite(dataset: Dataset, table: TableDescription | undefined, isFullRefresh: boolean): ViewWrite {
  const target = tableTarget(dataset);
  if (table === undefined || isFullRefresh || !hasFeed(target, table) || !isSameLayout(target, table)) return REPLACE;
  return {
    mode: "merge",
    merge: { version: table.version, removed: "rest", identity: primaryKey(dataset) },
    operation: "MERGE",
    parameters: {},
  };
}

function primaryKey({ declaration, schema }: Dataset): readonly string[] {
  const columns = declaration.keys?.find((one) => one.kind === "PrimaryKey")?.columns ?? [];
  const stored = new Set(schema.fields.map((one) => one.name.toLowerCase()));
  return columns.every((one) => stored.has(one.toLowerCase())) ? columns : [];
}

function hasFeed(target: TableTarget, table: TableDescription): boolean {
  const given = tableProperty(target.properties, FEED) ?? tableProperty(table.properties, FEED);
  return given?.toLowerCase() === "true";
}

function isSameLayout(target: TableTarget, table: TableDescription): boolean {
  if (target.schema.fields.some((one) => POSITION.has(one.name.toLowerCase()))) return false;
  return table.partitionBy.join("\n") === target.partitionBy.join("\n") && isSameSchema(table.schema, target.schema);
}

/** The same columns in the same order, with the same NOT NULLs, computed the same way; comments may differ. */
function isSameSchema(stored: StructType, wanted: StructType): boolean {
  const outline = ({ fields }: StructType) =>
    fields.map((one) => `${one.name} ${one.nullable} ${generationOf(one)}`).join("\n");
  return outline(stored) === outline(wanted) && sameType(stored, wanted);
}

/** After refreshes that left rows where they were, files of a view that have become many and small are brought together. */
export async function compactView(
  dataset: Dataset,
  write: ViewWrite,
  batch: number,
  { engine, session }: { readonly engine: Engine; readonly session: Session },
): Promise<void> {
  const target = tableTarget(dataset);
  if (write.mode !== "merge" || !isCompactionDue(batch) || !isManaged(target)) return;
  await compactFiles(engine, { target, session, forgets: false });
}
