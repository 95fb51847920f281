import type {
  Action,
  AddCdcFile,
  AddFile,
  CommitInfo,
  DomainMetadata,
  RemoveFile,
  SetTransaction,
} from "../action/action.ts";
import { unwritableFeatures } from "../action/feature.ts";
import { looseStatistics } from "../action/file-statistics.ts";
import { compact } from "../action/json-fields.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { DeltaError } from "../storage/delta-error.ts";
import { checkChange } from "./check-change.ts";
import { type NextMetadata, planMetadata } from "./next-metadata.ts";
import type { ChangeFile, FileUpdate, NewFile, TableChange } from "./table-change.ts";

/** A change made into the actions of one commit on top of a snapshot; undefined there when the table is new. */
export interface Prepared {
  readonly version: number;
  /** In file order, commitInfo first. */
  readonly actions: readonly Action[];
  readonly next: NextMetadata;
  readonly changesProtocol: boolean;
  readonly changesMetadata: boolean;
  /** Whether there is anything but the commitInfo. */
  readonly isEmpty: boolean;
}

/** Who and when: facts of an attempt that are no part of the change. */
export interface AttemptFacts {
  readonly root: string;
  /** Tells our own commit from that of another when the answer of the storage is lost. */
  readonly txnId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The version that the change was made from; absent when there was no table. */
  readonly readVersion?: number;
}

/**
 * Makes the actions of a change for the version after `base`. Every commit passes through here.
 *
 * @throws DeltaError when the change would break the table or asks for what is not supported.
 */
export function prepare(base: Snapshot | undefined, change: TableChange, facts: AttemptFacts): Prepared {
  const next = planMetadata(facts.root, base, change);
  const features = unwritableFeatures(next.protocol, next.metadata);
  if (features.length > 0)
    throw new DeltaError("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", { table: facts.root, features });
  const updates = change.update ?? [];
  const adds = [...updates.map(toUpdatedFile), ...(change.add ?? []).map((file) => toAddFile(file, change, facts))];
  const gone = [...filesToRemove(base, change), ...updates.map((update) => update.file)];
  const removes = gone.map((file) => toRemoveFile(file, change, facts));
  checkChange({ root: facts.root, base, change, next, adds, removes });
  const changesProtocol = next.protocol !== base?.protocol;
  const changesMetadata = next.metadata !== base?.metadataAction;
  const body: readonly Action[] = [
    ...(changesProtocol ? [next.protocol] : []),
    ...(changesMetadata ? [stampCommitTimestamps(base, next, facts)] : []),
    ...toTransactions(base, change, facts),
    ...toDomains(change),
    ...removes,
    ...adds,
    ...(change.changes ?? []).map(toCdcFile),
  ];
  const info = toCommitInfo(base, change, {
    ...facts,
    hasCommitTime: hasCommitTime(next),
    isBlind: isBlindAppend(change),
  });
  const version = (base?.version ?? -1) + 1;
  return { version, actions: [info, ...body], next, changesProtocol, changesMetadata, isEmpty: body.length === 0 };
}

/** Whether a change reads nothing of the table and takes nothing away. */
function isBlindAppend(change: TableChange): boolean {
  return (
    change.remove === undefined &&
    change.update === undefined &&
    (change.reads ?? "nothing") === "nothing" &&
    (change.dataChange ?? true)
  );
}

function filesToRemove(base: Snapshot | undefined, change: TableChange): readonly AddFile[] {
  return change.remove === "all" ? (base?.files ?? []) : (change.remove ?? []);
}

function toAddFile(file: NewFile, change: TableChange, facts: AttemptFacts): AddFile {
  return compact<AddFile>({
    kind: "AddFile",
    path: file.path,
    partitionValues: file.partitionValues,
    size: file.sizeBytes,
    modificationTime: file.modifiedAt ?? facts.now,
    dataChange: file.dataChange ?? change.dataChange ?? true,
    stats: file.stats,
    tags: file.tags,
    deletionVector: undefined,
    baseRowId: undefined,
    defaultRowCommitVersion: undefined,
    clusteringProvider: undefined,
  });
}

/** The file with another deletion vector; everything else about it stays. */
function toUpdatedFile({ file, deletionVector, numRecords }: FileUpdate): AddFile {
  return { ...file, dataChange: true, deletionVector, stats: looseStatistics(file.stats, numRecords) };
}

function toCdcFile({ path, partitionValues, sizeBytes: size }: ChangeFile): AddCdcFile {
  return { kind: "AddCdcFile", path, partitionValues, size };
}

function toRemoveFile(file: AddFile, change: TableChange, facts: AttemptFacts): RemoveFile {
  return compact<RemoveFile>({
    kind: "RemoveFile",
    path: file.path,
    deletionTimestamp: facts.now,
    dataChange: change.keepsRows === true ? false : (change.dataChange ?? true),
    partitionValues: file.partitionValues,
    size: file.size,
    deletionVector: file.deletionVector,
    baseRowId: file.baseRowId,
    defaultRowCommitVersion: file.defaultRowCommitVersion,
  });
}

function toTransactions(
  base: Snapshot | undefined,
  change: TableChange,
  facts: AttemptFacts,
): readonly SetTransaction[] {
  const { transaction, records = [], forget = [] } = change;
  const forgotten = forget.filter(
    (appId) => base?.transactionVersion(appId) !== undefined && appId !== transaction?.appId,
  );
  const entries = forgotten.map((appId) => ({ appId, version: -1 }));
  const newer = records.filter(({ appId, version }) => version > (base?.transactionVersion(appId) ?? -1));
  return [...entries, ...newer, ...(transaction === undefined ? [] : [transaction])].map(({ appId, version }) => ({
    kind: "SetTransaction",
    appId,
    version,
    lastUpdated: facts.now,
  }));
}

function toDomains(change: TableChange): readonly DomainMetadata[] {
  return Object.entries(change.domains ?? {}).map(([domain, text]) => ({
    kind: "DomainMetadata",
    domain,
    configuration: text ?? "",
    removed: text === null,
  }));
}

interface InfoFacts extends AttemptFacts {
  readonly hasCommitTime: boolean;
  readonly isBlind: boolean;
}

function toCommitInfo(base: Snapshot | undefined, change: TableChange, facts: InfoFacts): CommitInfo {
  return compact<CommitInfo>({
    kind: "CommitInfo",
    inCommitTimestamp: facts.hasCommitTime ? commitTime(base, facts) : undefined,
    timestamp: facts.now,
    operation: change.operation,
    operationParameters: asTexts(change.operationParameters ?? {}),
    readVersion: facts.readVersion,
    isolationLevel: change.dataChange === false ? "SnapshotIsolation" : (change.isolation ?? isolationOf(base)),
    isBlindAppend: facts.isBlind,
    operationMetrics: asTexts(change.operationMetrics ?? {}),
    engineInfo: "sluice/0.1.0",
    txnId: facts.txnId,
  });
}

/** How strictly the table orders commits; Delta's default is `WriteSerializable`. */
export function isolationOf(base: Snapshot | undefined): "Serializable" | "WriteSerializable" {
  return base?.metadata.configuration["delta.isolationLevel"] === "Serializable" ? "Serializable" : "WriteSerializable";
}

/** Spark reads both maps as texts. */
function asTexts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, asText(value)]));
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "bigint" ? value.toString() : JSON.stringify(value);
}

const COMMIT_TIMES = "delta.enableInCommitTimestamps";

function hasCommitTime(next: NextMetadata): boolean {
  return next.metadata.configuration[COMMIT_TIMES]?.toLowerCase() === "true";
}

/** Commits of one table never share or turn back their time. */
function commitTime(base: Snapshot | undefined, facts: AttemptFacts): number {
  return base === undefined ? facts.now : Math.max(facts.now, base.timestamp + 1);
}

/** A table that gets commit times late says from when on it has them. */
function stampCommitTimestamps(
  base: Snapshot | undefined,
  next: NextMetadata,
  facts: AttemptFacts,
): NextMetadata["metadata"] {
  const isLate = base !== undefined && base.metadata.configuration[COMMIT_TIMES]?.toLowerCase() !== "true";
  if (!isLate || !hasCommitTime(next)) return next.metadata;
  const stamps = {
    "delta.inCommitTimestampEnablementVersion": String(base.version + 1),
    "delta.inCommitTimestampEnablementTimestamp": String(commitTime(base, facts)),
  };
  return { ...next.metadata, configuration: { ...next.metadata.configuration, ...stamps } };
}
