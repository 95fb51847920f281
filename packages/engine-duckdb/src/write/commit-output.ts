import { type AddFile, encodeDataPath, type NewFile, type Snapshot, type TableChange } from "@sluice/delta";
import { EngineError, type TableTarget, type WriteRequest } from "@sluice/pipelines";
import { type DeltaTables, definitionOf, toTableError } from "../read/delta-tables.ts";
import { partitionValues, statisticsText } from "./file-statistics.ts";
import type { StagedFile, StagedFiles } from "./stage-files.ts";

/** A table that a write adds to. `staged` files are in no version yet; once they may be in one they are no longer ours to delete. */
export interface Output {
  readonly role: "main" | "kept" | "state" | "quarantine" | "violations";
  readonly target: TableTarget;
  readonly files: StagedFiles;
  state: "staged" | "committing";
}

/** What a commit waits for, and the files that replace those of the version that the request rewrites. */
interface CommitOptions {
  readonly after: Promise<unknown>;
  readonly kept?: Output | undefined;
}

/** Commits the files of one table under the request's transaction once `after` is fulfilled. Files of a transaction that is there already are deleted. */
export async function commitOutput(
  tables: DeltaTables,
  request: WriteRequest,
  output: Output,
  { after, kept }: CommitOptions,
): Promise<{ readonly kind: "Committed" | "AlreadyCommitted"; readonly version: number }> {
  const { location } = output.target;
  const base = request.kept && (await tables.at(location).snapshot({ version: request.kept.version }));
  const rewritten = output.role === "main" ? await rewrittenFiles(tables, request) : undefined;
  const files = kept === undefined ? [output] : [output, kept];
  const mayBegin = after.then(() => {
    for (const one of files) one.state = "committing";
  });
  mayBegin.catch(() => undefined);
  const discard = async (): Promise<void> => {
    await mayBegin.catch(() => undefined);
    for (const one of files) await one.files.discard();
  };
  const own = changeOf(request, output, rewritten);
  const change = { ...(base && kept ? withKept(own, kept, base) : own), after: mayBegin };
  const outcome = await tables.commit(location, change, base).catch(async (error) => {
    const failure = toTableError(error);
    if (failure instanceof EngineError && failure.facts.domain === "user") await discard();
    throw failure;
  });
  if (outcome.kind !== "AlreadyCommitted") return { kind: "Committed", version: outcome.version };
  await discard();
  return { kind: "AlreadyCommitted", version: outcome.version };
}

/** The files whose rows a rewrite holds; files that others have added since stay. */
async function rewrittenFiles(tables: DeltaTables, request: WriteRequest): Promise<readonly AddFile[] | undefined> {
  if (request.mode !== "rewrite") return undefined;
  const slice = [...request.inputs.values()].find((one) => one.kind === "TableVersion");
  if (slice === undefined) throw new Error("a rewrite reads no version of its table");
  return (await tables.at(request.target.location).snapshot({ version: slice.version })).files;
}

function changeOf(request: WriteRequest, output: Output, rewritten?: readonly AddFile[]): TableChange {
  const { files } = output.files;
  const overwrites = output.role === "main" && request.mode !== "append";
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
