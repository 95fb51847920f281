import { generatedColumns, identityColumns, type StructType, struct } from "@sluice/query";
import type { AddFile, RemoveFile } from "../action/action.ts";
import { fileKey } from "../action/data-path.ts";
import { isJsonObject } from "../action/exact-json.ts";
import { writerFeaturesOf } from "../action/feature.ts";
import { statisticsOf } from "../action/file-statistics.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { NextMetadata } from "./next-metadata.ts";
import type { TableChange } from "./table-change.ts";

/** A change with all that is needed to judge it. */
export interface ChangeToCheck {
  readonly root: string;
  readonly base: Snapshot | undefined;
  readonly change: TableChange;
  readonly next: NextMetadata;
  readonly adds: readonly AddFile[];
  readonly removes: readonly RemoveFile[];
}

/**
 * The gate that every commit passes: no actions that contradict each other, nothing that the table forbids.
 *
 * @throws DELTA_INVALID_COMMIT, DELTA_SCHEMA_NOT_SET, DELTA_CANNOT_MODIFY_APPEND_ONLY, DELTA_NOT_NULL_CONSTRAINT_VIOLATED, DELTA_CHANGE_DATA_FEED_NEEDED,
 *   DELTA_UNSUPPORTED_FEATURES_FOR_WRITE
 */
export function checkChange(facts: ChangeToCheck): void {
  checkFiles(facts);
  checkProperties(facts);
  checkDomains(facts);
  checkNumbers(facts);
  checkGenerated(facts);
  if (facts.adds.length > 0 && facts.next.schema.fields.length === 0) {
    throw new DeltaError("DELTA_SCHEMA_NOT_SET", { table: facts.root });
  }
  const required = requiredColumns(facts.next.schema, []);
  const added = facts.adds.filter((file) => file.deletionVector === undefined);
  for (const file of added) checkNulls(file, required, facts.next.partitionColumns);
}

/** Rows without a number, or with one that another row has: nothing else would tell. */
function checkNumbers({ root, change, next, adds }: ChangeToCheck): void {
  const isNumbered = identityColumns(next.schema).length > 0;
  if (!isNumbered || change.numbered === true || !adds.some((file) => file.dataChange)) return;
  throw new DeltaError("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", { table: root, features: ["identityColumns"] });
}

/** Rows of who does not know how the table computes a column. */
function checkGenerated({ root, change, next, adds }: ChangeToCheck): void {
  const known = new Map(
    generatedColumns(change.definition?.schema ?? struct([])).map(({ column, text }) => [
      column.name.toLowerCase(),
      text,
    ]),
  );
  const isComputed = generatedColumns(next.schema).every(
    ({ column, text }) => known.get(column.name.toLowerCase()) === text,
  );
  if (isComputed || !adds.some((file) => file.dataChange && file.deletionVector === undefined)) return;
  throw new DeltaError("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", { table: root, features: ["generatedColumns"] });
}

function checkFiles(facts: ChangeToCheck): void {
  const added = new Set<string>();
  const partitions = facts.next.partitionColumns;
  for (const file of facts.adds) {
    const key = fileKey(file);
    if (added.has(key) || facts.base?.state.files.get(key))
      throw invalid(`file "${file.path}" is in the table already`);
    added.add(key);
    const given = Object.keys(file.partitionValues);
    if (given.length !== partitions.length || !partitions.every((column) => column in file.partitionValues)) {
      throw invalid(
        `file "${file.path}" has values for (${given.join(", ")}), not for the partitions (${partitions.join(", ")})`,
      );
    }
  }
  const removed = new Set<string>();
  for (const file of facts.removes) {
    const key = fileKey(file);
    if (removed.has(key)) throw invalid(`file "${file.path}" is removed twice`);
    if (facts.base?.state.files.get(key) === undefined) throw invalid(`file "${file.path}" is not in the table`);
    removed.add(key);
  }
}

function checkProperties(facts: ChangeToCheck): void {
  const isOn = (key: string): boolean => facts.next.metadata.configuration[key]?.toLowerCase() === "true";
  if (facts.adds.some((file) => file.deletionVector !== undefined) && !isOn("delta.enableDeletionVectors")) {
    throw invalid("deletion vectors need delta.enableDeletionVectors = true");
  }
  const removesRows = facts.removes.some((file) => file.dataChange);
  if (!removesRows) return;
  if (isOn("delta.appendOnly")) throw new DeltaError("DELTA_CANNOT_MODIFY_APPEND_ONLY", { table: facts.root });
  const isWhole = facts.removes.length === facts.base?.fileCount;
  if (isOn("delta.enableChangeDataFeed") && facts.adds.length > 0 && !isWhole && !facts.change.changes) {
    throw new DeltaError("DELTA_CHANGE_DATA_FEED_NEEDED", { table: facts.root });
  }
}

function checkDomains(facts: ChangeToCheck): void {
  const domains = Object.keys(facts.change.domains ?? {});
  if (domains.length === 0) return;
  const protectedDomain = domains.find((domain) => domain.startsWith("delta."));
  if (protectedDomain !== undefined) throw invalid(`the domain "${protectedDomain}" belongs to the protocol`);
  if (!writerFeaturesOf(facts.next.protocol).includes("domainMetadata")) {
    throw invalid(
      'the table lacks the feature domainMetadata: define it with "delta.feature.domainMetadata" = "supported"',
    );
  }
}

function requiredColumns(schema: StructType, parents: readonly string[]): readonly (readonly string[])[] {
  return schema.fields.flatMap((field) => {
    const path = [...parents, field.name];
    const inner = field.dataType.kind === "struct" && !field.nullable ? requiredColumns(field.dataType, path) : [];
    return field.nullable ? inner : [path, ...inner];
  });
}

function checkNulls(file: AddFile, required: readonly (readonly string[])[], partitions: readonly string[]): void {
  for (const path of required) {
    const [name = ""] = path;
    const nulls = partitions.includes(name) ? partitionNulls(file, name) : nullsOf(statisticsOf(file).nullCount, path);
    if (nulls === undefined || nulls === "0") continue;
    throw new DeltaError("DELTA_NOT_NULL_CONSTRAINT_VIOLATED", { column: path.join("."), file: file.path, nulls });
  }
}

function partitionNulls(file: AddFile, column: string): string | undefined {
  const value = file.partitionValues[column];
  return value === null || value === "" ? String(statisticsOf(file).numRecords ?? "only") : undefined;
}

function nullsOf(tree: unknown, path: readonly string[]): string | undefined {
  const leaf = path.reduce<unknown>((node, name) => (isJsonObject(node) ? node[name] : undefined), tree);
  return typeof leaf === "string" ? leaf : undefined;
}

function invalid(reason: string): DeltaError {
  return new DeltaError("DELTA_INVALID_COMMIT", { reason });
}
