import { COUNT, FLAG, INTERVAL, type OptionTable, SIZE, TEXT } from "./option-shape.ts";

const PREFIX = "cloudFiles.";

const EVOLUTION_MODES = ["addNewColumns", "rescue", "failOnNewColumns", "none", "addNewColumnsWithTypeWidening"];

/** Options of Auto Loader's cloud services, which have nothing to do here: files are found by listing folders. */
const CLOUD_SERVICES: readonly string[] = [
  ...["useNotifications", "useManagedFileEvents", "backfillInterval", "useIncrementalListing", "fetchParallelism"],
  ...["pathRewrites", "resourceTag", "region", "queueUrl", "queueName", "roleArn", "roleExternalId", "roleSessionName"],
  ...["stsEndpoint", "awsAccessKey", "awsSecretKey", "subscriptionId", "tenantId", "clientId", "clientSecret"],
  ...["connectionString", "resourceGroup", "projectId", "client", "clientEmail", "privateKey", "privateKeyId"],
  ...["subscription", "databricks.serviceCredential", "useStrictGlobber", "listOnStart"],
];

/** The options of Auto Loader, without their prefix. */
const CLOUD_FILES: OptionTable = {
  format: TEXT,
  allowOverwrites: FLAG,
  cleanSource: { kind: "OneOf", values: ["OFF", "DELETE", "MOVE"] },
  "cleanSource.retentionDuration": INTERVAL,
  "cleanSource.moveDestination": TEXT,
  includeExistingFiles: FLAG,
  inferColumnTypes: FLAG,
  maxBytesPerTrigger: SIZE,
  maxFileAge: INTERVAL,
  maxFilesPerTrigger: COUNT,
  partitionColumns: TEXT,
  rescuedDataColumn: TEXT,
  schemaEvolutionMode: { kind: "OneOf", values: EVOLUTION_MODES },
  schemaHints: TEXT,
  schemaLocation: TEXT,
  validateOptions: FLAG,
  ...Object.fromEntries(CLOUD_SERVICES.map((name) => [name, TEXT])),
};

/** The name of an option of `cloudFiles` without the prefix; undefined for other options. */
export function cloudFilesName(option: string): string | undefined {
  return option.toLowerCase().startsWith(PREFIX.toLowerCase()) ? option.slice(PREFIX.length) : undefined;
}

/** The options of Auto Loader with their prefix. */
export const CLOUD_FILES_OPTIONS: OptionTable = Object.fromEntries(
  Object.entries(CLOUD_FILES).map(([name, shape]) => [`${PREFIX}${name}`, shape]),
);

/** Options of a read that speak of queues, identities and schedules of a cloud, which listing folders makes needless; as spelled by the user. */
export function idleOptions(options: Readonly<Record<string, string>>): readonly string[] {
  const idle = new Set(CLOUD_SERVICES.map((name) => `${PREFIX}${name}`.toLowerCase()));
  return Object.entries(options)
    .filter(([option, value]) => idle.has(option.toLowerCase()) && value.trim().toLowerCase() !== "false")
    .map(([option]) => option);
}

/** The options that the engine's reader sees: those without the prefix `cloudFiles.`, keys as spelled. */
export function readerOptions(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => cloudFilesName(key) === undefined));
}
