import type { InputSlice, Tables } from "../engine/engine.ts";
import type { OpenStore } from "../engine/file-store.ts";
import type { FlowRead, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { fileRead, listFiles } from "../source/file-source.ts";
import { NO_ROWS } from "../source/stream-source.ts";
import type { StaticInput } from "./batch-record.ts";

/** The reads of a flow that take all rows, by scan number: all but those in `streamed`. */
export function staticReads(
  flow: ResolvedFlow,
  streamed: ReadonlySet<number> = new Set(),
): readonly (readonly [number, FlowRead])[] {
  return [...flow.reads].filter(([scan]) => !streamed.has(scan)).sort(([left], [right]) => left - right);
}

/** What reads that take all rows would see now, in their order. Reads of one table see the same version of it. */
export async function observeStatics(
  reads: readonly (readonly [number, FlowRead])[],
  { tables, openStore }: { readonly tables: Tables; readonly openStore: OpenStore | undefined },
): Promise<readonly StaticInput[]> {
  const seen = new Map<string, Promise<StaticInput>>();
  return await Promise.all(
    reads.map(([, read]) => {
      if (read.kind === "Files") return observeFiles(read, openStore);
      const version = read.kind === "ExternalTable" ? read.version : undefined;
      const key = `${read.location}@${version ?? "now"}`;
      const observed = seen.get(key) ?? observeTable(read.location, version, tables);
      seen.set(key, observed);
      return observed;
    }),
  );
}

async function observeFiles(
  read: Extract<FlowRead, { kind: "Files" }>,
  openStore: OpenStore | undefined,
): Promise<StaticInput> {
  return { kind: "Files", files: await listFiles(read.source, undefined, openStore) };
}

async function observeTable(location: string, version: number | undefined, tables: Tables): Promise<StaticInput> {
  const table = await tables.describe(location, version);
  return table === undefined
    ? { kind: "Table", location }
    : { kind: "Table", location, id: table.id, version: table.version };
}

/** The rows that were observed, for an engine. */
export function staticSlice(read: FlowRead, input: StaticInput | undefined): InputSlice {
  if (input === undefined) return NO_ROWS;
  if (input.kind === "Table") {
    if (input.version === undefined) return NO_ROWS;
    return { kind: "TableVersion", location: input.location, version: input.version };
  }
  return read.kind === "Files" ? { kind: "Files", files: input.files, read: fileRead(read.source) } : NO_ROWS;
}
