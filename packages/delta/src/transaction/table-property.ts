import { mayEnable } from "../action/feature.ts";
import { parsePeriod } from "../action/period.ts";
import { DeltaError } from "../storage/delta-error.ts";

interface Rule {
  readonly expected: string;
  readonly accepts: (value: string) => boolean;
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

const RULES: Readonly<Record<string, Rule>> = {
  "delta.appendOnly": FLAG,
  "delta.autoOptimize.autoCompact": TEXT,
  "delta.autoOptimize.optimizeWrite": FLAG,
  "delta.checkpoint.writeStatsAsJson": FLAG,
  "delta.checkpoint.writeStatsAsStruct": FLAG,
  "delta.checkpointInterval": COUNT,
  "delta.checkpointPolicy": oneOf("classic", "v2"),
  "delta.columnMapping.mode": oneOf("none"),
  "delta.compatibility.symlinkFormatManifest.enabled": FLAG,
  "delta.dataSkippingNumIndexedCols": COLUMNS,
  "delta.dataSkippingStatsColumns": TEXT,
  "delta.dataSkippingStringPrefixLength": COUNT,
  "delta.deletedFileRetentionDuration": PERIOD,
  "delta.enableChangeDataFeed": FLAG,
  "delta.enableDeletionVectors": FLAG,
  "delta.enableExpiredLogCleanup": FLAG,
  "delta.enableInCommitTimestamps": FLAG,
  "delta.enableRowTracking": FLAG,
  "delta.enableVariantShredding": FLAG,
  "delta.enableTypeWidening": oneOf("false"),
  "delta.isolationLevel": oneOf("Serializable", "WriteSerializable"),
  "delta.logRetentionDuration": PERIOD,
  "delta.parquet.compression.codec": TEXT,
  "delta.randomizeFilePrefixes": FLAG,
  "delta.randomPrefixLength": COUNT,
  "delta.sampleRetentionDuration": PERIOD,
  "delta.setTransactionRetentionDuration": PERIOD,
  "delta.targetFileSize": TEXT,
  "delta.tuneFileSizesForRewrites": FLAG,
  "delta.universalFormat.enabledFormats": oneOf(""),
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
 * @throws DELTA_UNKNOWN_CONFIGURATION, DELTA_INVALID_CONFIGURATION, DELTA_UNSUPPORTED_FEATURES_FOR_WRITE
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
  if (!rule.accepts(value))
    throw new DeltaError("DELTA_INVALID_CONFIGURATION", { key: name, value, expected: rule.expected });
  return DEFERRED[name] === value.toLowerCase() ? `${DEFERRED_PREFIX}${name}` : name;
}

function unknown(key: string): DeltaError {
  const closest = [...CANONICAL.entries()]
    .map(([lower, name]) => ({ name, distance: editDistance(lower, key.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance)[0];
  const isClose = closest !== undefined && closest.distance <= 4;
  return new DeltaError("DELTA_UNKNOWN_CONFIGURATION", { key, ...(isClose ? { closest: closest.name } : {}) });
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...right].entries()) {
      const replaced = (row[j] ?? 0) + Number(letter !== other);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
