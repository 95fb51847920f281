import type { TableCommit, Tables } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import { FileLog, type SeenFile } from "../source/file-log.ts";
import { readArchived } from "../source/file-stream-source.ts";
import { FlowCheckpoint } from "./flow-checkpoint.ts";

/** A file that a flow has found, and what became of it: a row of `cloud_files_state`. Times are milliseconds since the epoch; absent where nothing is known. */
export interface FileState {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When the file was last changed. */
  readonly createTime: number;
  readonly discoveryTime?: number;
  /** When its rows were committed; absent while they are not, and when the table's log does not reach back so far. */
  readonly commitTime?: number;
  readonly isCommitted: boolean;
  /** The flow's batch that read it. */
  readonly batch?: number;
  /** Rows that its batch, which may hold other files too, added to the table. */
  readonly batchRows?: number;
  readonly archiveTime?: number;
  readonly archiveMode?: "DELETE" | "MOVE";
  readonly moveLocation?: string;
  /** Its own for each source of each flow; another one after a full refresh. */
  readonly sourceId: string;
  readonly flowName: string;
  /** It was there before the stream began and is never read. */
  readonly skipped?: true;
}

/** A table that flows write. */
export interface FlowTarget {
  readonly pipelineId: string;
  /** Canonical name. */
  readonly target: string;
  readonly location: string;
}

/** The files that all flows into a table have found so far, flow by flow in order of discovery. Reads checkpoints only; asks no source. */
export async function fileStates(
  { pipelineId, target, location }: FlowTarget,
  store: FileStore,
  tables: Tables,
): Promise<readonly FileState[]> {
  const flows = await flowsInto(target, store);
  if (flows.length === 0) return [];
  const history = (await tables.describe(location)) === undefined ? [] : await tables.history(location);
  const states: FileState[] = [];
  for (const flow of flows) {
    const checkpoint = await FlowCheckpoint.open(store, { pipelineId, target, flow });
    const committed = (await tables.transactionVersion(location, checkpoint.appId)) ?? -1;
    const commits = commitsOf(checkpoint.id, history);
    for (const source of await sourcesOf(checkpoint, committed)) {
      const log = await FileLog.open(store, source.folder, source.through);
      while ((await log.resume()) !== undefined);
      const archived = await readArchived(store, source.folder);
      for (const file of log.seen()) {
        states.push({
          ...stateOf(file, file.entry <= source.through, commits),
          ...archived.get(file.path),
          sourceId: `${checkpoint.id}/${source.index}`,
          flowName: flow,
        });
      }
    }
  }
  return states;
}

function stateOf(
  file: SeenFile,
  isCommitted: boolean,
  commits: ReadonlyMap<number, TableCommit>,
): Omit<FileState, "sourceId" | "flowName"> {
  const { path, sizeBytes, modifiedAt, discoveredAt, batch, skipped } = file;
  const commit = isCommitted && batch !== undefined ? commits.get(batch) : undefined;
  const rows = commit?.metrics["numOutputRows"];
  return {
    path,
    size: sizeBytes,
    createTime: modifiedAt,
    isCommitted,
    ...(discoveredAt === undefined ? {} : { discoveryTime: discoveredAt }),
    ...(batch === undefined ? {} : { batch }),
    ...(commit === undefined ? {} : { commitTime: commit.timestamp }),
    ...(rows === undefined ? {} : { batchRows: Number(rows) }),
    ...(skipped === undefined ? {} : { skipped }),
  };
}

async function flowsInto(target: string, store: FileStore): Promise<readonly string[]> {
  const folder = `checkpoints/${encodeURIComponent(target)}/`;
  const files = await store.list(folder.slice(0, -1));
  return files
    .map((file) => /^([^/]+)\/metadata\.json$/.exec(file.path.slice(file.path.indexOf(folder) + folder.length))?.[1])
    .filter((flow) => flow !== undefined)
    .map(decodeURIComponent);
}

interface SourceFolder {
  readonly index: number;
  readonly folder: string;
  /** The last entry whose rows are committed. */
  readonly through: number;
}

/** The sources of files of a flow, as its last committed batch and the one planned after it name them. */
async function sourcesOf(checkpoint: FlowCheckpoint, committed: number): Promise<readonly SourceFolder[]> {
  const [last, next] = await Promise.all([
    committed < 0 ? undefined : checkpoint.read(committed),
    checkpoint.read(committed + 1),
  ]);
  const ranges = (last ?? next)?.sources ?? [];
  return ranges.flatMap((range, index) => {
    const folder = `${checkpoint.folder}/sources/${index}`;
    if (range.kind !== "Files") return [];
    return [{ index, folder, through: last === undefined ? -1 : range.through }];
  });
}

function commitsOf(queryId: string, history: readonly TableCommit[]): ReadonlyMap<number, TableCommit> {
  const own = history.filter((commit) => commit.operationParameters["queryId"] === queryId);
  return new Map(own.map((commit) => [Number(commit.operationParameters["epochId"]), commit]));
}
