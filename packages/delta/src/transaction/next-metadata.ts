import { randomUUID } from "node:crypto";
import { generatedColumns, identityColumns, type StructType, typeToJson } from "@sluice/query";
import type { Metadata, Protocol } from "../action/action.ts";
import { printExactJson } from "../action/exact-json.ts";
import { protocolWith } from "../action/feature.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { DeltaError } from "../storage/delta-error.ts";
import { checkNames, checkSchema, containsKind, spellAsInSchema } from "./check-schema.ts";
import { mergeSchema } from "./merge-schema.ts";
import type { TableChange, TableDefinition } from "./table-change.ts";
import { checkProperties, DEFERRED_PREFIX } from "./table-property.ts";

/** The metadata and protocol that a table has after a change; `schema` is the one that `metadata` holds. */
export interface NextMetadata {
  readonly metadata: Metadata;
  readonly protocol: Protocol;
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
}

/**
 * What the table is after a change. Metadata and protocol are those of the snapshot itself when nothing about them differs.
 *
 * @throws DELTA_TABLE_NOT_FOUND when there is neither a table nor a definition, and what checks of schema, partitions and properties throw.
 */
export function planMetadata(root: string, snapshot: Snapshot | undefined, change: TableChange): NextMetadata {
  const { definition } = change;
  if (definition === undefined) {
    if (snapshot === undefined) throw new DeltaError("DELTA_TABLE_NOT_FOUND", { table: root });
    const { schema, partitionColumns } = snapshot.metadata;
    return { metadata: snapshot.metadataAction, protocol: snapshot.protocol, schema, partitionColumns };
  }
  checkSchema(definition.schema, []);
  const schema = nextSchema(snapshot, definition, change);
  const partitionColumns = nextPartitions(snapshot, definition, schema, change);
  checkSchema(schema, partitionColumns);
  if (definition.anyNames !== true) checkNames(schema);
  const { configuration, features } = checkProperties(root, definition.properties ?? {});
  const metadata = nextMetadata(snapshot, definition, { schema, partitionColumns, configuration });
  const needed = neededFeatures(metadata, schema, features, snapshot?.protocol);
  return { metadata, protocol: protocolWith(snapshot?.protocol, needed), schema, partitionColumns };
}

function nextSchema(snapshot: Snapshot | undefined, definition: TableDefinition, change: TableChange): StructType {
  if (snapshot === undefined || snapshot.metadata.schema.fields.length === 0) return definition.schema;
  if (change.schemaMode !== "overwrite") return mergeSchema(snapshot.metadata.schema, definition.schema);
  if (change.remove !== "all" && change.dataChange !== false && snapshot.fileCount > 0) {
    throw new DeltaError("DELTA_INVALID_COMMIT", { reason: "a new schema needs all files of the old one removed" });
  }
  return definition.schema;
}

function nextPartitions(
  snapshot: Snapshot | undefined,
  definition: TableDefinition,
  schema: StructType,
  change: TableChange,
): readonly string[] {
  const current = snapshot?.metadata.partitionColumns;
  const isNew = current === undefined || change.schemaMode === "overwrite" || !snapshot?.metadata.schema.fields.length;
  if (definition.partitionColumns === undefined && !isNew) return current;
  const wanted = spellAsInSchema(schema, definition.partitionColumns ?? []);
  if (!isNew && wanted.join("\n") !== current.join("\n")) {
    throw new DeltaError("DELTA_PARTITION_COLUMNS_CHANGED", { current, wanted });
  }
  return wanted;
}

interface NextFacts {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
}

function nextMetadata(snapshot: Snapshot | undefined, definition: TableDefinition, facts: NextFacts): Metadata {
  const current = snapshot?.metadataAction;
  const name = definition.name ?? current?.name;
  const description = definition.description ?? current?.description;
  const next: Metadata = {
    kind: "Metadata",
    id: current?.id ?? randomUUID(),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    format: current?.format ?? { provider: "parquet", options: {} },
    schemaString: printExactJson(typeToJson(facts.schema)),
    partitionColumns: facts.partitionColumns,
    configuration: withoutFulfilled({ ...current?.configuration, ...facts.configuration }),
    createdTime: current?.createdTime ?? Date.now(),
  };
  return current !== undefined && isSame(snapshot, next) ? current : next;
}

/** Wishes that the table has by now are no longer kept as such. */
function withoutFulfilled(configuration: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(configuration);
  const isFulfilled = (key: string) =>
    key.startsWith(DEFERRED_PREFIX) && key.slice(DEFERRED_PREFIX.length) in configuration;
  return Object.fromEntries(entries.filter(([key]) => !isFulfilled(key)));
}

function isSame(snapshot: Snapshot | undefined, next: Metadata): boolean {
  if (snapshot === undefined) return false;
  const current = snapshot.metadataAction;
  return (
    current.name === next.name &&
    current.description === next.description &&
    current.partitionColumns.join("\n") === next.partitionColumns.join("\n") &&
    sortedEntries(current.configuration) === sortedEntries(next.configuration) &&
    printExactJson(typeToJson(snapshot.metadata.schema)) === next.schemaString
  );
}

function sortedEntries(record: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function neededFeatures(
  metadata: Metadata,
  schema: StructType,
  asked: readonly string[],
  current: Protocol | undefined,
): ReadonlySet<string> {
  const needed = new Set(asked);
  const isOn = (key: string): boolean => metadata.configuration[key]?.toLowerCase() === "true";
  if (isOn("delta.appendOnly")) needed.add("appendOnly");
  if (isOn("delta.enableChangeDataFeed")) needed.add("changeDataFeed");
  if (isOn("delta.enableDeletionVectors")) needed.add("deletionVectors");
  if (isOn("delta.enableInCommitTimestamps")) needed.add("inCommitTimestamp");
  if (containsKind(schema, "timestamp_ntz")) needed.add("timestampNtz");
  if (containsKind(schema, "variant") && !hasVariants(current)) needed.add("variantType");
  if (hasNotNull(schema)) needed.add("invariants");
  if (identityColumns(schema).length > 0) needed.add("identityColumns");
  if (generatedColumns(schema).length > 0) needed.add("generatedColumns");
  return needed;
}

/** Whether a table may hold variants as those before the feature had its name did. */
function hasVariants(protocol: Protocol | undefined): boolean {
  return protocol?.writerFeatures?.includes("variantType-preview") === true;
}

function hasNotNull(schema: StructType): boolean {
  return schema.fields.some(
    (field) => !field.nullable || (field.dataType.kind === "struct" && hasNotNull(field.dataType)),
  );
}
