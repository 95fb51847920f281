import { editDistance, nearestNames } from "@sluice/query";
import { mayEnable } from "../action/feature.ts";
import { parsePeriod } from "../action/period.ts";
import { DeltaError } from "../storage/delta-error.ts";

interface Rule {
  readonly expected: string;
  readonly accepts: (value: string) => boolean;
  /** What to do instead of values that Delta takes and we do not. */
  readonly instead?: string;
}

const FLAG: Rule = { expected: "true or false", accepts: (value) => /^(true|false)$/i.test(value) };
const COUNT: Rule = { expected: "a whole number above 0", accepts: (value) => /^[1-9]\d*$/.test(value) };
const COLUMNS: Rule = {
  expected: "a whole number, or -1 for all columns",
  accepts: (value) => /^(-1|\d+)$/.test(value),
};
const TEXT: Rule = { expected: "text", accepts: () => true };
const PERIOD: Rule = {
  expected: 'a period such as "interval 30 days"',
  accepts: (value) => parsePeriod(value) !== undefined,
};
const oneOf = (...values: readonly string[]): Rule => ({
  expected: values.join(" or "),
  accepts: (value) => values.includes(value),
});

/** A flag of Delta's that only `false` may be said of. */
const off = (instead: string): Rule => ({ expected: "false", accepts: (value) => /^false$/i.test(value), instead });
/** What Delta keeps about a table by itself. */
const OWN: Rule = {
  expected: "left out",
  accepts: () => false,
  instead: "Leave it out: it is set with the feature that it belongs to.",
};
const NAMES = "Leave it out: tables keep their columns under their own names.";
const ICEBERG = "Leave it out: tables are Delta's alone, and Iceberg's readers are not served.";

const RULES: Readonly<Record<string, Rule>> = {
  "delta.appendOnly": FLAG,
  "delta.autoOptimize": FLAG,
  "delta.autoOptimize.autoCompact": TEXT,
  "delta.autoOptimize.optimizeWrite": FLAG,
  "delta.checkpoint.writeStatsAsJson": FLAG,
  "delta.checkpoint.writeStatsAsStruct": FLAG,
  "delta.checkpointInterval": COUNT,
  "delta.checkpointPolicy": oneOf("classic", "v2"),
  "delta.castIcebergTimeType": off(ICEBERG),
  "delta.columnMapping.maxColumnId": OWN,
  "delta.columnMapping.mode": { ...oneOf("none"), instead: NAMES },
  "delta.compatibility.symlinkFormatManifest.enabled": FLAG,
  "delta.dataSkippingNumIndexedCols": COLUMNS,
  "delta.dataSkippingStatsColumns": TEXT,
  "delta.dataSkippingStringPrefixLength": COUNT,
  "delta.deletedFileRetentionDuration": PERIOD,
  "delta.dropFeatureTruncateHistory.retentionDuration": PERIOD,
  "delta.enableChangeDataFeed": FLAG,
  "delta.enableDeletionVectors": FLAG,
  "delta.enableExpiredLogCleanup": FLAG,
  "delta.enableFullRetentionRollback": FLAG,
  "delta.enableIcebergCompatV1": off(ICEBERG),
  "delta.enableIcebergCompatV2": off(ICEBERG),
  "delta.enableIcebergCompatV3": off(ICEBERG),
  "delta.enableInCommitTimestamps": FLAG,
  "delta.enableMaterializePartitionColumnsFeature": off("Leave it out: partition columns stand in the paths of files."),
  "delta.enableRowTracking": FLAG,
  "delta.enableVariantShredding": FLAG,
  "delta.enableTypeWidening": off("Leave it out: a column that gets a wider type is written anew."),
  "delta.ignoreProtocolDefaults": FLAG,
  "delta.inCommitTimestampEnablementTimestamp": OWN,
  "delta.inCommitTimestampEnablementVersion": OWN,
  "delta.isolationLevel": oneOf("Serializable", "WriteSerializable"),
  "delta.logRetentionDuration": PERIOD,
  "delta.parquet.compression.codec": TEXT,
  "delta.randomizeFilePrefixes": FLAG,
  "delta.randomPrefixLength": COUNT,
  "delta.requireCheckpointProtectionBeforeVersion": OWN,
  "delta.rowTrackingSuspended": off("Leave it out: rows are not tracked."),
  "delta.sampleRetentionDuration": PERIOD,
  "delta.setTransactionRetentionDuration": PERIOD,
  "delta.targetFileSize": TEXT,
  "delta.tuneFileSizesForRewrites": FLAG,
  "delta.universalFormat.enabledFormats": { ...oneOf(""), instead: ICEBERG },
};

const CANONICAL: ReadonlyMap<string, string> = new Map(Object.keys(RULES).map((key) => [key.toLowerCase(), key]));

/** Properties whose value would need a feature that we do not honour yet. They are kept as a wish, where no reader looks for them. */
const DEFERRED: Readonly<Record<string, string>> = {
  "delta.checkpointPolicy": "v2",
  "delta.enableRowTracking": "true",
  "delta.enableVariantShredding": "true",
};

/** What the names of properties that are kept as a wish begin with. */
export const DEFERRED_PREFIX = "sluice.deferred.";

/** Families of properties that Delta has and we have not, by how their names begin. */
const ABSENT: Readonly<Record<string, string>> = {
  "delta.constraints.": "Write CONSTRAINT name EXPECT (..) ON VIOLATION FAIL UPDATE in the table's columns.",
  "delta.coordinatedCommits.": "Leave it out: commits are made in the table's own log.",
  "delta.redirect": "Leave it out: a table is read where it is.",
};

/** Properties as they go into a table, and the features asked for by name. */
export interface CheckedProperties {
  readonly configuration: Readonly<Record<string, string>>;
  readonly features: readonly string[];
}

/**
 * Checks table properties as a person gave them. Keys that begin with `delta.` must be known, whatever their case; all others are kept as they are.
 * `delta.feature.<name>` asks for a feature; `delta.minReaderVersion` and `delta.minWriterVersion` ask for nothing, since a table gets the least protocol
 * it needs. A property that needs a feature we do not honour (row tracking, shredding, V2 checkpoints) is kept under `sluice.deferred.<key>`.
 *
 * @throws DELTA_UNKNOWN_CONFIGURATION, DELTA_INVALID_CONFIGURATION, DELTA_CONFIGURATION_NOT_SUPPORTED, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE
 */
export function checkProperties(table: string, properties: Readonly<Record<string, string>>): CheckedProperties {
  const configuration: Record<string, string> = {};
  const features: string[] = [];
  for (const [key, value] of Object.entries(properties)) {
    const feature = /^delta\.feature\.(.+)$/i.exec(key)?.[1];
    if (feature !== undefined) {
      if (!mayEnable(feature))
        throw new DeltaError("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", { table, features: [feature] });
      features.push(feature);
    } else if (!/^delta\.min(Reader|Writer)Version$/i.test(key)) {
      const name = checkProperty(key, value);
      configuration[name] = value;
    }
  }
  return { configuration, features };
}

function checkProperty(key: string, value: string): string {
  if (!/^delta\./i.test(key)) return key;
  const name = CANONICAL.get(key.toLowerCase());
  const rule = name === undefined ? undefined : RULES[name];
  if (name === undefined || rule === undefined) throw unknown(key);
  if (rule.accepts(value)) return DEFERRED[name] === value.toLowerCase() ? `${DEFERRED_PREFIX}${name}` : name;
  const { expected, instead } = rule;
  if (instead !== undefined) throw new DeltaError("DELTA_CONFIGURATION_NOT_SUPPORTED", { key: name, value, instead });
  throw new DeltaError("DELTA_INVALID_CONFIGURATION", { key: name, value, expected });
}

function unknown(key: string): DeltaError {
  const absent = Object.entries(ABSENT).find(([prefix]) => key.toLowerCase().startsWith(prefix.toLowerCase()));
  if (absent !== undefined) return new DeltaError("DELTA_CONFIGURATION_NOT_SUPPORTED", { key, instead: absent[1] });
  const [closest = ""] = nearestNames(key, CANONICAL.values(), 1);
  const isClose = editDistance(closest.toLowerCase(), key.toLowerCase()) <= 4;
  return new DeltaError("DELTA_UNKNOWN_CONFIGURATION", { key, ...(isClose ? { closest } : {}) });
}

/** What is wrong with each of the properties; see `checkProperties`. */
export function propertyErrors(table: string, properties: Readonly<Record<string, string>>): readonly DeltaError[] {
  return Object.entries(properties).flatMap(([key, value]) => {
    try {
      checkProperties(table, { [key]: value });
      return [];
    } catch (error) {
      if (error instanceof DeltaError) return [error];
      throw error;
    }
  });
}
