/** How an option of `cloudFiles` is treated: used, harmless whatever it says, accepted with some values only, or not there yet. */
type Treatment =
  | { readonly kind: "Used" }
  | { readonly kind: "NoEffect" }
  | { readonly kind: "Only"; readonly values: readonly string[]; readonly why: string }
  | { readonly kind: "Refused"; readonly why: string };

/** What is wrong with one option of a reader. */
export type OptionMistake =
  | { readonly kind: "Unknown"; readonly option: string; readonly known: readonly string[] }
  | { readonly kind: "NotSupported"; readonly option: string; readonly value: string; readonly why: string }
  | { readonly kind: "BadValue"; readonly option: string; readonly value: string; readonly expected: string };

const PREFIX = "cloudfiles.";
const USED: Treatment = { kind: "Used" };
const NO_EFFECT: Treatment = { kind: "NoEffect" };
const CLOUD: Treatment = {
  kind: "Refused",
  why: "files are found by listing folders, so there is no queue to set up; leave it out",
};

const CLOUD_FILES: Readonly<Record<string, Treatment>> = {
  format: USED,
  inferColumnTypes: USED,
  maxFilesPerTrigger: USED,
  partitionColumns: USED,
  rescuedDataColumn: USED,
  schemaLocation: USED,
  validateOptions: USED,
  schemaEvolutionMode: {
    kind: "Only",
    values: ["addNewColumns", "rescue", "none"],
    why: "use rescue: fields that are not in the schema are kept in _rescued_data",
  },
  includeExistingFiles: { kind: "Only", values: ["true"], why: "files that exist at the first run are always read" },
  allowOverwrites: {
    kind: "Only",
    values: ["false"],
    why: "each file is read once, by its path; write changed data to new files",
  },
  cleanSource: { kind: "Only", values: ["off"], why: "files are never moved or deleted; remove them by other means" },
  useNotifications: { kind: "Only", values: ["false"], why: "files are found by listing folders; leave it out" },
  useManagedFileEvents: { kind: "Only", values: ["false"], why: "files are found by listing folders; leave it out" },
  useIncrementalListing: NO_EFFECT,
  useStrictGlobber: NO_EFFECT,
  fetchParallelism: NO_EFFECT,
  backfillInterval: {
    kind: "Refused",
    why: "each update lists all files, so there is nothing to backfill; leave it out",
  },
  schemaHints: { kind: "Refused", why: "give a whole schema with .schema(..), or cast the columns in the query" },
  maxBytesPerTrigger: { kind: "Refused", why: "limit the batches with cloudFiles.maxFilesPerTrigger" },
  maxFileAge: { kind: "Refused", why: "use modifiedAfter to leave old files out" },
  "cleanSource.retentionDuration": NO_EFFECT,
  "cleanSource.moveDestination": NO_EFFECT,
  ...Object.fromEntries(
    ["pathRewrites", "resourceTag", "region", "queueUrl", "queueName", "roleArn", "roleExternalId", "roleSessionName"]
      .concat(["stsEndpoint", "awsAccessKey", "awsSecretKey", "subscriptionId", "tenantId", "clientId", "clientSecret"])
      .concat(["connectionString", "resourceGroup", "projectId", "client", "clientEmail", "privateKey", "privateKeyId"])
      .concat(["subscription", "databricks.serviceCredential"])
      .map((name) => [name, CLOUD]),
  ),
};

/** The options of a reader, by name, ignoring case. */
export class ReaderOptions {
  readonly #values: ReadonlyMap<string, string>;

  constructor(options: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(options).map(([key, value]) => [key.toLowerCase(), value]));
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  /** Undefined when the option is absent or not `true` or `false`. */
  flag(name: string): boolean | undefined {
    const value = this.get(name)?.trim().toLowerCase();
    return value === "true" ? true : value === "false" ? false : undefined;
  }

  /** Undefined when the option is absent or not a whole number above 0. */
  count(name: string): number | undefined {
    const value = this.get(name)?.trim();
    return value !== undefined && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : undefined;
  }

  /** Milliseconds since the epoch; a time without a zone is UTC. Undefined when the option is absent or not a time. */
  time(name: string): number | undefined {
    const value = this.get(name)?.trim();
    if (value === undefined) return undefined;
    const withTime = value.includes(":") ? value.replace(" ", "T") : `${value}T00:00:00`;
    const time = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(withTime) ? withTime : `${withTime}Z`);
    return Number.isNaN(time) ? undefined : time;
  }
}

/** All that is wrong with the options of a read, in the order given. `cloudFiles.` options are checked by name, the others only by value. */
export function checkOptions(options: Readonly<Record<string, string>>): readonly OptionMistake[] {
  const reader = new ReaderOptions(options);
  const validate = reader.flag("cloudFiles.validateOptions") ?? true;
  return Object.entries(options).flatMap(([key, value]) =>
    key.toLowerCase().startsWith(PREFIX) ? checkCloudFiles(key, value, validate) : checkValue(key, value, reader),
  );
}

/** The options that the engine's reader sees: those without the prefix `cloudFiles.`, keys as spelled. */
export function readerOptions(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !key.toLowerCase().startsWith(PREFIX)));
}

function checkCloudFiles(option: string, value: string, validate: boolean): readonly OptionMistake[] {
  const wanted = option.slice(PREFIX.length).toLowerCase();
  const name = Object.keys(CLOUD_FILES).find((one) => one.toLowerCase() === wanted);
  if (name === undefined) {
    const known = Object.keys(CLOUD_FILES).map((one) => `cloudFiles.${one}`);
    return validate ? [{ kind: "Unknown", option, known }] : [];
  }
  const treatment = CLOUD_FILES[name] ?? NO_EFFECT;
  if (treatment.kind === "Refused") return [{ kind: "NotSupported", option, value, why: treatment.why }];
  if (treatment.kind === "Only" && !treatment.values.some((one) => one.toLowerCase() === value.trim().toLowerCase())) {
    return [{ kind: "NotSupported", option, value, why: treatment.why }];
  }
  return checkValue(option, value, new ReaderOptions({ [option]: value }));
}

/** Options without the prefix that promise something which does not happen. */
const REFUSED: Readonly<Record<string, string>> = {
  badrecordspath: "use rescuedDataColumn to keep what does not fit",
  cleansource: "files are never moved or deleted; remove them by other means",
};

const FLAGS = [
  "cloudfiles.infercolumntypes",
  "cloudfiles.validateoptions",
  "recursivefilelookup",
  "multiline",
  "header",
];
const COUNTS = ["cloudfiles.maxfilespertrigger", "maxfilespertrigger"];
const TIMES = ["modifiedafter", "modifiedbefore"];

function checkValue(option: string, value: string, reader: ReaderOptions): readonly OptionMistake[] {
  const key = option.toLowerCase();
  const why = REFUSED[key];
  if (why !== undefined && value.trim().toLowerCase() !== "off") return [{ kind: "NotSupported", option, value, why }];
  if (FLAGS.includes(key) && reader.flag(key) === undefined) {
    return [{ kind: "BadValue", option, value, expected: "true or false" }];
  }
  if (COUNTS.includes(key) && reader.count(key) === undefined) {
    return [{ kind: "BadValue", option, value, expected: "a whole number above 0" }];
  }
  if (TIMES.includes(key) && reader.time(key) === undefined) {
    return [{ kind: "BadValue", option, value, expected: "a time such as 2024-01-31T12:00:00" }];
  }
  return [];
}
