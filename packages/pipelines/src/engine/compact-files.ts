import { type Plan, type StructType, scans } from "@sluice/query";
import type { Engine, Session, TableFile, TableTarget } from "./engine.ts";
import { EngineError } from "./engine-error.ts";
import { tableProperty } from "./table-property.ts";

const MANAGED = "pipelines.autoOptimize.managed";

/** Whether the files of a table are brought together without being asked for, as they are unless its properties say otherwise. */
export function isManaged({ properties }: TableTarget): boolean {
  return tableProperty(properties, MANAGED)?.toLowerCase() !== "false";
}

const EVERY = 16;

/** Whether it is looked after a batch of a flow whether its tables have many small files, as it is after each sixteenth. */
export function isCompactionDue(batch: number): boolean {
  return batch % EVERY === EVERY - 1;
}

/** So many files of one partition are brought together at least. */
const FEWEST = 24;
const SMALL_BYTES = 64 * 1024;
const LARGE_BYTES = 128 * 1024 * 1024;

/** How a table is brought into fewer files. */
export interface Compaction {
  readonly target: TableTarget;
  /** The rows of the files that its only scan, of the table, is given, as they are to be; absent: as they are. */
  readonly plan?: Plan;
  readonly session: Session;
  /** Whether nobody reads older versions of the table. */
  readonly forgets: boolean;
}

/**
 * The small files of partitions that have many of them. A file is taken along when it is no larger than those before it together, so that a row is written again only
 * when what it lies with at least doubles: the cost of all compactions grows with the rows times the logarithm of the batches.
 */
export function filesToCompact(files: readonly TableFile[]): readonly string[] {
  const partitions = new Map<string, TableFile[]>();
  for (const file of files) {
    const others = partitions.get(file.partition);
    if (others === undefined) partitions.set(file.partition, [file]);
    else others.push(file);
  }
  return [...partitions.values()].flatMap((all) => {
    const small = smallFiles(all);
    return small.length < FEWEST ? [] : small.map((file) => file.path);
  });
}

function smallFiles(files: readonly TableFile[]): readonly TableFile[] {
  const taken: TableFile[] = [];
  let sum = 0;
  for (const file of files.toSorted((left, right) => left.sizeBytes - right.sizeBytes)) {
    if (file.sizeBytes > Math.max(sum, SMALL_BYTES) || file.sizeBytes > LARGE_BYTES) break;
    taken.push(file);
    sum += file.sizeBytes;
  }
  return taken;
}

/**
 * Brings small files of a table together when there are many, in a commit that says that no data changed. What somebody else does to the table at the same time comes
 * first: then it stays as it is until the next time.
 */
export async function compactFiles(engine: Engine, compaction: Compaction): Promise<void> {
  const { target, session, forgets } = compaction;
  const table = await engine.tables.describe(target.location);
  if (table === undefined || table.files < FEWEST) return;
  const files = filesToCompact(await engine.tables.files(target.location, table.version));
  if (files.length === 0) return;
  const { location, version, schema } = table;
  const plan = compaction.plan ?? allRows(schema);
  const inputs = scans(plan).map(({ scan }) => [scan, { kind: "TableVersion", location, version, files }] as const);
  try {
    await engine.write({
      target: { ...target, schema },
      mode: "rewrite",
      plan,
      inputs: new Map(inputs),
      session,
      states: [],
      forgets,
      operation: "OPTIMIZE",
      operationParameters: { predicate: "[]", auto: "true" },
    });
  } catch (error) {
    if (!(error instanceof EngineError) || error.facts.condition !== "DELTA_CONCURRENT_WRITE") throw error;
  }
}

function allRows(schema: StructType): Plan {
  const output = schema.fields.map((column, id) => ({ id, ...column }));
  const leaf = { kind: "NamedTable", name: ["table"], streaming: false, options: {} } as const;
  return { kind: "Scan", scan: 0, leaf, streaming: false, output };
}
