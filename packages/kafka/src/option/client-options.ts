import { checkShape, type OptionMistake, optionError, PipelineError, ReaderOptions } from "@sluice/pipelines";
import type { Origin } from "@sluice/query";
import { type OptionNames, optionNames, shapeOfOption } from "./option-table.ts";
import { readSecurity, type SecurityOptions } from "./security.ts";

const PATIENCE_MS = 30_000;
const REQUEST_MS = 30_000;

/** Options understood, or everything that is wrong with them; and which of them change nothing. */
export interface UnderstoodOptions<Value> {
  readonly value?: Value;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Options as they were given. */
interface GivenOptions {
  /** Whose options: `The Kafka source`. */
  readonly where: string;
  readonly names: OptionNames;
  readonly options: Readonly<Record<string, string>>;
  readonly origin?: Origin | undefined;
}

/** What options of reads and of writes have in common: the cluster and how to reach it. Collects what is wrong. */
export class ClientOptions {
  protected readonly options: ReaderOptions;
  readonly #given: GivenOptions;
  readonly #errors: PipelineError[] = [];
  readonly #idle: string[] = [];

  constructor(given: GivenOptions) {
    this.#given = given;
    this.options = new ReaderOptions(given.options);
  }

  understood<Value>(parse: (self: this) => Value | undefined): UnderstoodOptions<Value> {
    const value = parse(this);
    const warnings = this.#idle.length === 0 ? [] : [this.#withoutEffect()];
    return { ...(value !== undefined && this.#errors.length === 0 && { value }), errors: this.#errors, warnings };
  }

  protected checkNames(): void {
    const { names, options } = this.#given;
    const known = optionNames(names);
    for (const [option, value] of Object.entries(options)) {
      const shape = shapeOfOption(option, names);
      if (shape === "Idle") this.#idle.push(option);
      else if (shape === undefined) this.mistake({ kind: "Unknown", option, known });
      else for (const mistake of checkShape(option, value, shape)) this.mistake(mistake);
    }
  }

  protected cluster(): { readonly clientId: string; readonly patienceMs: number; readonly requestMs: number } {
    return {
      clientId: this.options.get("kafka.client.id") ?? "sluice",
      patienceMs: this.options.count("kafka.default.api.timeout.ms") ?? PATIENCE_MS,
      requestMs: this.options.count("kafka.request.timeout.ms") ?? REQUEST_MS,
    };
  }

  protected security(): SecurityOptions | undefined {
    const security = readSecurity(this.options);
    if ("protocol" in security) return security;
    for (const { option, value, expected } of security) {
      if (value === undefined) this.missing(option, expected);
      else this.bad(option, value, expected);
    }
    return undefined;
  }

  protected brokers(): readonly string[] {
    const text = this.options.get("kafka.bootstrap.servers");
    if (text === undefined) {
      this.missing("kafka.bootstrap.servers", '.option("kafka.bootstrap.servers", "localhost:9092")');
      return [];
    }
    const brokers = text
      .split(",")
      .map((one) => one.trim().replace(/^[A-Z_]+:\/\//, ""))
      .filter(Boolean);
    if (brokers.length > 0 && brokers.every((one) => /^(\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}$/i.test(one))) return brokers;
    this.bad("kafka.bootstrap.servers", text, "a list of host:port");
    return [];
  }

  protected missing(option: string, example: string): void {
    const { where, origin } = this.#given;
    this.add(new PipelineError("MISSING_OPTION", { where, option, example }, { origin }));
  }

  protected bad(option: string, value: string, expected: string): undefined {
    this.mistake({ kind: "BadValue", option, value, expected });
  }

  protected mistake(mistake: OptionMistake): void {
    this.add(optionError(mistake, this.#given.where, this.#given.origin));
  }

  protected add(error: PipelineError): void {
    if (!this.#errors.some((one) => one.message === error.message)) this.#errors.push(error);
  }

  #withoutEffect(): PipelineError {
    const why = "these options say how Java's client works, which is not used here; they change nothing.";
    const next = "Leave them out, or keep them for Spark.";
    return new PipelineError(
      "OPTIONS_WITHOUT_EFFECT",
      { options: this.#idle, why, next },
      { origin: this.#given.origin },
    );
  }
}
