import type {
  Action,
  AddCdcFile,
  AddFile,
  CommitInfo,
  DeletionVectorDescriptor,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  SetTransaction,
  Sidecar,
} from "./action.ts";
import { isJsonObject, parseExactJson } from "./exact-json.ts";
import {
  compact,
  optionalFlag,
  optionalLong,
  optionalNumber,
  optionalText,
  optionalTextList,
  optionalTexts,
  requiredNumber,
  requiredText,
  textsWithoutNulls,
} from "./json-fields.ts";

type Json = Readonly<Record<string, unknown>>;

const PARSERS: Readonly<Record<string, (json: Json) => Action>> = {
  add: toAddFile,
  remove: toRemoveFile,
  metaData: toMetadata,
  protocol: toProtocol,
  txn: toSetTransaction,
  domainMetadata: toDomainMetadata,
  commitInfo: toCommitInfo,
  cdc: toAddCdcFile,
  sidecar: toSidecar,
};

/**
 * One line of a commit or checkpoint: the action that is not null. Undefined for actions we do not know, which the protocol says to ignore, and for
 * blank lines. Unknown fields are ignored.
 *
 * @throws Error when the line is no JSON object or a field that an action needs is missing.
 */
export function parseAction(line: string): Action | undefined {
  if (line.trim() === "") return undefined;
  const json = parseExactJson(line);
  if (!isJsonObject(json)) throw new Error(`not a JSON object: ${line.slice(0, 100)}`);
  for (const key in json) {
    const body = json[key];
    const parse = PARSERS[key];
    if (parse !== undefined && isJsonObject(body)) return parse(body);
  }
  return undefined;
}

function toAddFile(json: Json): AddFile {
  return compact<AddFile>({
    kind: "AddFile",
    path: requiredText(json, "path"),
    partitionValues: optionalTexts(json, "partitionValues") ?? {},
    size: requiredNumber(json, "size"),
    modificationTime: optionalNumber(json, "modificationTime") ?? 0,
    dataChange: optionalFlag(json, "dataChange") ?? true,
    stats: optionalText(json, "stats"),
    tags: optionalTexts(json, "tags"),
    deletionVector: toDeletionVector(json["deletionVector"]),
    baseRowId: optionalLong(json, "baseRowId"),
    defaultRowCommitVersion: optionalNumber(json, "defaultRowCommitVersion"),
    clusteringProvider: optionalText(json, "clusteringProvider"),
  });
}

function toRemoveFile(json: Json): RemoveFile {
  return compact<RemoveFile>({
    kind: "RemoveFile",
    path: requiredText(json, "path"),
    deletionTimestamp: optionalNumber(json, "deletionTimestamp"),
    dataChange: optionalFlag(json, "dataChange") ?? true,
    partitionValues: optionalTexts(json, "partitionValues"),
    size: optionalNumber(json, "size"),
    deletionVector: toDeletionVector(json["deletionVector"]),
    baseRowId: optionalLong(json, "baseRowId"),
    defaultRowCommitVersion: optionalNumber(json, "defaultRowCommitVersion"),
  });
}

function toDeletionVector(json: unknown): DeletionVectorDescriptor | undefined {
  if (!isJsonObject(json)) return undefined;
  return compact<DeletionVectorDescriptor>({
    storageType: requiredText(json, "storageType"),
    pathOrInlineDv: requiredText(json, "pathOrInlineDv"),
    offset: optionalNumber(json, "offset"),
    sizeInBytes: requiredNumber(json, "sizeInBytes"),
    cardinality: requiredNumber(json, "cardinality"),
  });
}

function toMetadata(json: Json): Metadata {
  const format = isJsonObject(json["format"]) ? json["format"] : {};
  return compact<Metadata>({
    kind: "Metadata",
    id: requiredText(json, "id"),
    name: optionalText(json, "name"),
    description: optionalText(json, "description"),
    format: { provider: optionalText(format, "provider") ?? "parquet", options: textsWithoutNulls(format, "options") },
    schemaString: optionalText(json, "schemaString"),
    partitionColumns: optionalTextList(json, "partitionColumns") ?? [],
    configuration: textsWithoutNulls(json, "configuration"),
    createdTime: optionalNumber(json, "createdTime"),
  });
}

function toProtocol(json: Json): Protocol {
  return compact<Protocol>({
    kind: "Protocol",
    minReaderVersion: requiredNumber(json, "minReaderVersion"),
    minWriterVersion: requiredNumber(json, "minWriterVersion"),
    readerFeatures: optionalTextList(json, "readerFeatures"),
    writerFeatures: optionalTextList(json, "writerFeatures"),
  });
}

function toSetTransaction(json: Json): SetTransaction {
  return compact<SetTransaction>({
    kind: "SetTransaction",
    appId: requiredText(json, "appId"),
    version: requiredNumber(json, "version"),
    lastUpdated: optionalNumber(json, "lastUpdated"),
  });
}

function toDomainMetadata(json: Json): DomainMetadata {
  return {
    kind: "DomainMetadata",
    domain: requiredText(json, "domain"),
    configuration: optionalText(json, "configuration") ?? "",
    removed: optionalFlag(json, "removed") ?? false,
  };
}

function toCommitInfo(json: Json): CommitInfo {
  const parameters = json["operationParameters"];
  return compact<CommitInfo>({
    kind: "CommitInfo",
    timestamp: optionalNumber(json, "timestamp"),
    operation: optionalText(json, "operation") ?? "UNKNOWN",
    operationParameters: isJsonObject(parameters) ? parameters : {},
    operationMetrics: textsWithoutNulls(json, "operationMetrics"),
    isBlindAppend: optionalFlag(json, "isBlindAppend"),
    inCommitTimestamp: optionalNumber(json, "inCommitTimestamp"),
    txnId: optionalText(json, "txnId"),
    engineInfo: optionalText(json, "engineInfo"),
    readVersion: optionalNumber(json, "readVersion"),
    isolationLevel: optionalText(json, "isolationLevel"),
  });
}

function toAddCdcFile(json: Json): AddCdcFile {
  return {
    kind: "AddCdcFile",
    path: requiredText(json, "path"),
    partitionValues: optionalTexts(json, "partitionValues") ?? {},
    size: requiredNumber(json, "size"),
  };
}

function toSidecar(json: Json): Sidecar {
  return {
    kind: "Sidecar",
    path: requiredText(json, "path"),
    sizeInBytes: optionalNumber(json, "sizeInBytes") ?? 0,
  };
}
