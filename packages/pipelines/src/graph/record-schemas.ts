import { struct } from "@sluice/query";
import type { FileStore } from "../engine/file-store.ts";
import { storeSchemaVersion } from "../source/file-source-schema.ts";
import type { ResolvedFlow } from "./dataflow-graph.ts";

/**
 * Keeps the inferred schemas that a flow is about to read with, so that later updates and validations use the same and look into no file. Idempotent; to be
 * called when a flow runs, before its first write.
 */
export async function recordSchemas(
  flow: Pick<ResolvedFlow, "reads">,
  openStore: (root: string) => FileStore,
): Promise<void> {
  for (const read of flow.reads.values()) {
    if (read.kind !== "Files" || read.source.schemaLocation === undefined) continue;
    const { schema, schemaLocation, rescuedDataColumn } = read.source;
    const columns = schema.fields.filter((column) => column.name !== rescuedDataColumn);
    await storeSchemaVersion(openStore(schemaLocation), struct(columns));
  }
}
