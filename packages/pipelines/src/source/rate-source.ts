import { type DataSource, field, LONG, struct, TIMESTAMP } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { InputSlice } from "../engine/engine.ts";
import type {
  Connector,
  ConnectorRange,
  ConnectorResolution,
  ConnectorSource,
  ConnectorStreamContext,
} from "./connector.ts";
import { parseInterval } from "./option-shape.ts";
import { ReaderOptions } from "./reader-options.ts";
import { streamOnlyErrors } from "./stream-only.ts";
import { type Backlog, NO_ROWS, type OffsetRange, type StreamSource } from "./stream-source.ts";

/** How fast a rate source counts. */
export interface RateOptions {
  readonly rowsPerSecond: bigint;
  /** Seconds until it is that fast. */
  readonly rampUpSeconds: bigint;
}

const SCHEMA = struct([field("timestamp", TIMESTAMP), field("value", LONG)]);
const FORM = "a whole number above 0";
const START_FILE = "start.json";

/** Spark's source `rate`: numbers from 0, so many a second, with the moments at which they were due. */
export const RATE_CONNECTOR: Connector = {
  resolve: resolveRate,
  close: async () => {},
};

/** How many numbers there are after so many seconds. While it ramps up, each second has so many more than the one before. */
export function valueAtSecond(second: bigint, { rowsPerSecond, rampUpSeconds }: RateOptions): bigint {
  const ramp = second < rampUpSeconds ? second : rampUpSeconds;
  const growth = rowsPerSecond / (rampUpSeconds + 1n);
  return (growth * ramp * (ramp + 1n)) / 2n + (second - ramp) * rowsPerSecond;
}

function resolveRate(leaf: DataSource): ConnectorResolution {
  const options = new ReaderOptions(leaf.options);
  const errors: PipelineError[] = [];
  const where = "The source rate";
  const whole = (option: string, usual: bigint): bigint => {
    const value = options.get(option);
    if (value === undefined) return usual;
    if (/^\s*[1-9]\d{0,8}\s*$/.test(value)) return BigInt(value.trim());
    errors.push(new PipelineError("INVALID_OPTION_VALUE", { where, option, value, expected: FORM }));
    return usual;
  };
  const rowsPerSecond = whole("rowsPerSecond", 1n);
  whole("numPartitions", 1n);
  const ramp = options.get("rampUpTime");
  const rampUpMs = ramp === undefined ? 0 : rampUp(ramp);
  if (rampUpMs === undefined) {
    const expected = 'a length of time such as "5s" or "1 minute"';
    errors.push(
      new PipelineError("INVALID_OPTION_VALUE", { where, option: "rampUpTime", value: ramp ?? "", expected }),
    );
  }
  errors.push(...streamOnlyErrors(leaf, "rate", "columns timestamp and value"));
  if (errors.length > 0) return { errors, warnings: [] };
  const rate = { rowsPerSecond, rampUpSeconds: BigInt(Math.floor((rampUpMs ?? 0) / 1000)) };
  return { source: new RateSource(rate), errors, warnings: [] };
}

/** Spark's short units as well: `5s`, `100ms`, `2m`. */
function rampUp(text: string): number | undefined {
  const units = { s: "seconds", ms: "milliseconds", m: "minutes", min: "minutes", h: "hours", d: "days" } as const;
  const [, count, unit = ""] = /^\s*(\d+)\s*(ms|s|min|m|h|d)\s*$/i.exec(text) ?? [];
  return parseInterval(count === undefined ? text : `${count} ${units[unit.toLowerCase() as keyof typeof units]}`);
}

class RateSource implements ConnectorSource {
  readonly format = "rate";
  readonly description: string;
  readonly schema = SCHEMA;
  readonly #rate: RateOptions;

  constructor(rate: RateOptions) {
    this.#rate = rate;
    this.description = `RateStreamV2[rowsPerSecond=${rate.rowsPerSecond}, rampUpTimeSeconds=${rate.rampUpSeconds}]`;
  }

  stream(context: ConnectorStreamContext): StreamSource {
    return new RateStream(this.description, this.#rate, context);
  }

  async observe(): Promise<ConnectorRange> {
    return { kind: "Connector", format: this.format, after: 0, through: 0 };
  }

  async rows(): Promise<InputSlice> {
    return NO_ROWS;
  }
}

/** Seconds since the stream began, which is kept: a range of them has the same numbers for ever. */
class RateStream implements StreamSource {
  readonly description: string;
  readonly #rate: RateOptions;
  readonly #context: ConnectorStreamContext;
  #start: number | undefined;
  #end: number | undefined;

  constructor(description: string, rate: RateOptions, context: ConnectorStreamContext) {
    this.description = description;
    this.#rate = rate;
    this.#context = context;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    const started = await this.#started();
    this.#end ??= Math.floor((Date.now() - started) / 1000);
    const after = last?.kind === "Connector" ? Number(last.through) : 0;
    if (this.#end <= after) return undefined;
    return { kind: "Connector", format: "rate", after, through: this.#end };
  }

  renew(): void {
    this.#end = undefined;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Connector") return NO_ROWS;
    const [after, through] = [Number(range.after), Number(range.through)];
    const first = valueAtSecond(BigInt(after), this.#rate);
    const count = valueAtSecond(BigInt(through), this.#rate) - first;
    const startMs = (await this.#started()) + after * 1000;
    return { kind: "Ticks", first, count, startMs, spanMs: (through - after) * 1000 };
  }

  async settle(): Promise<void> {}

  backlog(): Backlog {
    return { files: 0, bytes: 0 };
  }

  /** Milliseconds since the epoch. */
  async #started(): Promise<number> {
    this.#start ??= await this.#keepStart();
    return this.#start;
  }

  async #keepStart(): Promise<number> {
    const { store, folder } = this.#context;
    const path = `${folder}/${START_FILE}`;
    const kept = await store.read(path);
    if (kept !== undefined)
      return (JSON.parse(new TextDecoder().decode(kept)) as { readonly startedAt: number }).startedAt;
    const startedAt = Date.now();
    const outcome = await store.putIfAbsent(path, new TextEncoder().encode(JSON.stringify({ startedAt })));
    return outcome === "created" ? startedAt : await this.#keepStart();
  }
}
