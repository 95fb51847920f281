/** What holds for a whole pipeline, whatever file it came from. */
export interface PipelineSettings {
  readonly name: string;
  /** Identity of the pipeline in the event log. */
  readonly id: string;
  readonly catalog?: string;
  /** The schema of names without one. */
  readonly schema: string;
  /** Absolute path or URL that tables, checkpoints and the event log live under. */
  readonly storage: string;
  /** Absolute folder that relative paths are counted from. */
  readonly projectDir: string;
  /** Path prefixes as programs hold them, and the folders or URLs they stand for. */
  readonly mounts: Readonly<Record<string, string>>;
  /** `configuration` of the pipeline: Spark settings and parameters. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Whether updates go on until they are stopped. */
  readonly continuous: boolean;
  /** Whether nothing that failed is tried again. */
  readonly development: boolean;
  /** IANA name; `spark.sql.session.timeZone`. */
  readonly timeZone: string;
  /** `spark.sql.ansi.enabled`. */
  readonly ansi: boolean;
  /** `sluice.expectations.nullIsViolation`: a rule whose condition is NULL counts as broken. */
  readonly nullIsViolation: boolean;
  /** `spark.sql.streaming.multipleWatermarkPolicy`: which of a query's streams decides, the slowest or the fastest. */
  readonly watermarkPolicy: "min" | "max";
}

/** What must be said about a pipeline; the rest has defaults. */
export interface PipelineIdentity {
  readonly name: string;
  readonly storage: string;
  readonly projectDir: string;
  readonly id?: string;
  readonly catalog?: string;
  readonly schema?: string;
  readonly mounts?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly continuous?: boolean;
  /** By default what is not continuous. */
  readonly development?: boolean;
}

/** Fills in defaults, and reads time zone, ANSI mode and the treatment of NULL from `configuration`. */
export function pipelineSettings(identity: PipelineIdentity): PipelineSettings {
  const configuration = identity.configuration ?? {};
  return {
    name: identity.name,
    id: identity.id ?? identity.name,
    ...(identity.catalog === undefined ? {} : { catalog: identity.catalog }),
    schema: identity.schema ?? "default",
    storage: identity.storage,
    projectDir: identity.projectDir,
    mounts: identity.mounts ?? {},
    configuration,
    continuous: identity.continuous ?? false,
    development: identity.development ?? identity.continuous !== true,
    timeZone: configuration["spark.sql.session.timeZone"] ?? "UTC",
    ansi: isTrue(configuration["spark.sql.ansi.enabled"]),
    nullIsViolation: isTrue(configuration["sluice.expectations.nullIsViolation"]),
    watermarkPolicy: configuration["spark.sql.streaming.multipleWatermarkPolicy"]?.trim() === "max" ? "max" : "min",
  };
}

function isTrue(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === "true";
}
