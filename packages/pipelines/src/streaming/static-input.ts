import type { InputSlice, Inputs, Tables } from "../engine/engine.ts";
import type { OpenStore } from "../engine/file-store.ts";
import type { FlowRead, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { type ChangeBounds, changeRange } from "../source/change-feed.ts";
import type { ConnectorSource } from "../source/connector.ts";
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

/** What observing reads needs of the world. */
export interface StaticWorld {
  readonly engine: { readonly tables: Tables };
  readonly openStore?: OpenStore;
  readonly signal?: AbortSignal;
}

/** What reads that take all rows would see now, in their order. Reads of one table see the same version of it. */
export async function observeStatics(
  reads: readonly (readonly [number, FlowRead])[],
  { engine, openStore, signal }: StaticWorld,
): Promise<readonly StaticInput[]> {
  const seen = new Map<string, Promise<StaticInput>>();
  return await Promise.all(
    reads.map(([, read]) => {
      if (read.kind === "Files") return observeFiles(read, openStore);
      if (read.kind === "Connector") return observeRange(read.source, signal);
      if (read.changes !== undefined) return observeChanges(read.location, read.changes, engine.tables);
      const version = read.kind === "ExternalTable" ? read.version : undefined;
      const key = `${read.location}@${version ?? "now"}`;
      const observed = seen.get(key) ?? observeTable(read.location, version, engine.tables);
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

async function observeRange(source: ConnectorSource, signal: AbortSignal | undefined): Promise<StaticInput> {
  return { kind: "Range", range: await source.observe({ signal }) };
}

async function observeTable(location: string, version: number | undefined, tables: Tables): Promise<StaticInput> {
  const table = await tables.describe(location, version);
  return table === undefined
    ? { kind: "Table", location }
    : { kind: "Table", location, id: table.id, version: table.version };
}

async function observeChanges(location: string, bounds: ChangeBounds, tables: Tables): Promise<StaticInput> {
  const table = await tables.describe(location);
  if (table === undefined) return { kind: "Table", location };
  const { after, through } = await changeRange(bounds, table, tables);
  return { kind: "Table", location, id: table.id, version: through, after };
}

/** The rows that were observed, for an engine: what each scan reads. */
export async function staticInputs(
  reads: readonly (readonly [number, FlowRead])[],
  observed: readonly StaticInput[],
  signal: AbortSignal | undefined,
): Promise<Inputs> {
  const slices = await Promise.all(
    reads.map(
      async ([scan, read], i): Promise<[number, InputSlice]> => [scan, await staticSlice(read, observed[i], signal)],
    ),
  );
  return new Map(slices);
}

async function staticSlice(
  read: FlowRead,
  input: StaticInput | undefined,
  signal: AbortSignal | undefined,
): Promise<InputSlice> {
  if (input === undefined) return NO_ROWS;
  if (input.kind === "Range") return read.kind === "Connector" ? read.source.rows(input.range, { signal }) : NO_ROWS;
  if (input.kind === "Table") {
    const { location, version, after } = input;
    if (version === undefined) return NO_ROWS;
    if (after !== undefined) return { kind: "TableChanges", location, after, through: version };
    return { kind: "TableVersion", location, version };
  }
  return read.kind === "Files" ? { kind: "Files", files: input.files, read: fileRead(read.source) } : NO_ROWS;
}
