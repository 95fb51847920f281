import {
  type AddFile,
  encodeDataPath,
  type NewFile,
  type Snapshot,
  statisticsOf,
  type TableChange,
} from "@sluice/delta";
import { EngineError, type InputSlice, type StateWrite, type WriteRequest } from "@sluice/pipelines";
import { type DeltaTables, definitionOf, toTableError } from "../read/delta-tables.ts";
import { chosenFiles } from "../read/table-rows.ts";
import { partitionValues, statisticsText } from "./file-statistics.ts";
import { mergeChange } from "./merge/merge-change.ts";
import { afterRows } from "./numbering.ts";
import type { StagedFile } from "./stage-files.ts";
import type { Output } from "./stage-output.ts";

/** What a commit waits for, the files that replace those of the version that the request rewrites, and numbers to be recorded with it. */
interface CommitOptions {
  readonly after: Promise<unknown>;
  readonly kept?: Output | undefined;
  readonly records?: TableChange["records"];
}

/** What became of the files of one table. `removed` are those that the commit has taken out of a state. */
export interface OutputCommit {
  readonly kind: "Committed" | "AlreadyCommitted";
  readonly version: number;
  readonly removed: readonly AddFile[];
}

/** Commits the files of one table under the request's transaction once `after` is fulfilled. Files of a transaction that is there already are deleted. */
export async function commitOutput(
  tables: DeltaTables,
  request: WriteRequest,
  output: Output,
  { after, kept, records = [] }: CommitOptions,
): Promise<OutputCommit> {
  const { location } = output.target;
  const { merged } = output;
  const base = await baseOf(tables, request, output);
  const removed = base === undefined || output.write === undefined ? [] : superseded(output.write, base);
  const rewritten = output.role === "main" && base !== undefined ? rewrittenFiles(base, request) : undefined;
  const files = [output, kept, merged?.changes].filter((one) => one !== undefined);
  const mayBegin = after.then(() => {
    for (const one of files) one.state = "committing";
  });
  mayBegin.catch(() => undefined);
  const discard = async (): Promise<void> => {
    await mayBegin.catch(() => undefined);
    for (const one of files) await one.files.discard();
  };
  const own = {
    ...changeOf(request, output, rewritten),
    ...numbersOf(output),
    ...(removed.length === 0 ? {} : { remove: removed }),
    ...(merged === undefined ? {} : mergeChange(request, output, merged)),
    records,
  };
  const change = { ...(base && kept ? withKept(own, kept, base) : own), after: mayBegin };
  const isBased = [kept, merged, rewritten, output.numbering].some((one) => one !== undefined) || removed.length > 0;
  const outcome = await tables.commit(location, change, isBased ? base : undefined).catch(async (error) => {
    const failure = toTableError(error);
    if (failure instanceof EngineError && isRefusal(failure)) await discard();
    throw failure;
  });
  if (outcome.kind !== "AlreadyCommitted") {
    const gone = request.forgets === true ? (rewritten ?? []) : removed;
    return { kind: "Committed", version: outcome.version, removed: gone };
  }
  await discard();
  return { kind: "AlreadyCommitted", version: outcome.version, removed: [] };
}

/** The version that a commit was made from, where it takes files out of it. */
async function baseOf(tables: DeltaTables, request: WriteRequest, output: Output): Promise<Snapshot | undefined> {
  const { role, merged, numbering, write, target } = output;
  if (merged !== undefined) return merged.base;
  if (numbering !== undefined) return numbering.base;
  const main = request.kept?.version ?? rewrittenSlice(request)?.version;
  const version = role === "main" ? main : versionRead(write);
  return version === undefined ? undefined : await tables.at(target.location).snapshot({ version });
}

/** Whether a failed commit is known to have had no effect. */
function isRefusal({ facts }: EngineError): boolean {
  return facts.domain === "user" || facts.condition === "DELTA_CONCURRENT_WRITE";
}

/** The version of a state that loses files; undefined when none can go. */
function versionRead(write: StateWrite | undefined): number | undefined {
  return write?.mode === "replace" || write?.expired !== undefined ? write.version : undefined;
}

/** The files of a state that go: all when they are replaced, else those whose rows have expired. */
function superseded({ mode, expired }: StateWrite, base: Snapshot): readonly AddFile[] {
  if (mode === "replace") return base.files;
  return expired === undefined ? [] : base.files.filter((file) => endsBy(file, expired));
}

function endsBy(file: AddFile, { column, through }: NonNullable<StateWrite["expired"]>): boolean {
  const { maxValues, nullCount } = statisticsOf(file);
  const most = maxValues[column];
  return typeof most === "string" && BigInt(most) <= through && nullCount[column] === "0";
}

/** The files whose rows a rewrite holds; files that others have added since stay. */
function rewrittenFiles(base: Snapshot, request: WriteRequest): readonly AddFile[] | undefined {
  const slice = rewrittenSlice(request);
  return slice && chosenFiles(base.files, slice);
}

function rewrittenSlice({ mode, inputs }: WriteRequest): Extract<InputSlice, { kind: "TableVersion" }> | undefined {
  if (mode !== "rewrite") return undefined;
  const slice = [...inputs.values()].find((one) => one.kind === "TableVersion");
  if (slice === undefined) throw new Error("a rewrite reads no version of its table");
  return slice;
}

function changeOf(request: WriteRequest, output: Output, rewritten?: readonly AddFile[]): TableChange {
  const { files } = output.files;
  const overwrites = output.role === "main" && (request.mode === "overwrite" || request.mode === "rewrite");
  const sum = (of: (file: StagedFile) => number) => String(files.reduce((total, file) => total + of(file), 0));
  return {
    operation: output.role === "main" ? request.operation : "WRITE",
    operationParameters: request.operationParameters,
    operationMetrics: {
      numFiles: String(files.length),
      numOutputRows: sum((file) => file.rows),
      numOutputBytes: sum((file) => file.sizeBytes),
    },
    definition: definitionOf(output.target),
    schemaMode: overwrites ? "overwrite" : "merge",
    ...(overwrites ? { remove: rewritten ?? ("all" as const) } : {}),
    ...(rewritten === undefined ? {} : { dataChange: false }),
    add: files.map((file) => newFile(output, file)),
    ...(request.transaction === undefined ? {} : { transaction: request.transaction }),
  };
}

/** The marks behind the numbers of the rows. */
function numbersOf({ target, numbering, files }: Output): Partial<TableChange> {
  if (numbering === undefined) return {};
  const rows = files.files.reduce((sum, file) => sum + file.rows, 0);
  return { definition: definitionOf(afterRows(target, numbering, rows)), numbered: true };
}

/** The change with all files of a snapshot replaced by those that hold the same rows. */
function withKept(change: TableChange, kept: Output, base: Snapshot): TableChange {
  const same = kept.files.files.map((file) => ({ ...newFile(kept, file), dataChange: false }));
  return { ...change, add: [...(change.add ?? []), ...same], remove: base.files, keepsRows: true, reads: "table" };
}

function newFile(output: Output, file: StagedFile): NewFile {
  return {
    path: encodeDataPath(output.files.pathInTable(file)),
    partitionValues: partitionValues(output.target, file),
    sizeBytes: file.sizeBytes,
    modifiedAt: file.modifiedAt,
    stats: statisticsText(file, output.target),
  };
}
