import { type DataSource, field, LONG, struct, TIMESTAMP } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { InputSlice } from "../engine/engine.ts";
import type { Connector, ConnectorRange, ConnectorResolution, ConnectorSource } from "./connector.ts";
import { ReaderOptions } from "./reader-options.ts";
import { streamOnlyErrors } from "./stream-only.ts";
import { type Backlog, NO_ROWS, type OffsetRange, type StreamSource } from "./stream-source.ts";

/** How a source counts whose batches all have so many rows. */
interface Counting {
  readonly rowsPerBatch: number;
  /** Milliseconds since the epoch that the rows of the first batch have. */
  readonly startTimestamp: number;
  /** What each batch is later than the one before. */
  readonly advanceMillisPerBatch: number;
}

/** The first number of a batch and the moment of its rows, as Spark's checkpoints have them. */
interface Position {
  readonly offset: number;
  readonly timestamp: number;
}

const FORMAT = "rate-micro-batch";
const SCHEMA = struct([field("timestamp", TIMESTAMP), field("value", LONG)]);

/** Spark's source `rate-micro-batch`: numbers from 0, so many a batch, whose moments depend on no clock. */
export const RATE_MICRO_BATCH_CONNECTOR: Connector = {
  resolve: resolveSource,
  close: async () => {},
};

function resolveSource(leaf: DataSource): ConnectorResolution {
  const options = new ReaderOptions(leaf.options);
  const errors: PipelineError[] = [];
  const where = `The source ${FORMAT}`;
  const whole = (option: string, least: 0 | 1, usual: number): number => {
    const value = options.get(option) ?? String(usual);
    const number = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1;
    if (number >= least) return number;
    const expected = least === 1 ? "a whole number above 0" : "a whole number, 0 or more";
    errors.push(new PipelineError("INVALID_OPTION_VALUE", { where, option, value, expected }));
    return number;
  };
  if (options.get("rowsPerBatch") === undefined) {
    errors.push(new PipelineError("MISSING_OPTION", { where, option: "rowsPerBatch", example: "10" }));
  }
  const counting = {
    rowsPerBatch: whole("rowsPerBatch", 1, 1),
    startTimestamp: whole("startTimestamp", 0, 0),
    advanceMillisPerBatch: whole("advanceMillisPerBatch", 0, 1000),
  };
  const partitions = whole("numPartitions", 1, 1);
  errors.push(...streamOnlyErrors(leaf, FORMAT, "columns timestamp and value"));
  if (errors.length > 0) return { errors, warnings: [] };
  return { source: new RateMicroBatchSource(counting, partitions), errors, warnings: [] };
}

class RateMicroBatchSource implements ConnectorSource {
  readonly format = FORMAT;
  readonly description: string;
  readonly schema = SCHEMA;
  readonly #counting: Counting;

  constructor(counting: Counting, partitions: number) {
    this.#counting = counting;
    const { rowsPerBatch, startTimestamp, advanceMillisPerBatch } = counting;
    this.description = `RatePerMicroBatchStream[rowsPerBatch=${rowsPerBatch}, numPartitions=${partitions}, startTimestamp=${startTimestamp}, advanceMsPerBatch=${advanceMillisPerBatch}]`;
  }

  stream(): StreamSource {
    return new RateMicroBatchStream(this.description, this.#counting);
  }

  async observe(): Promise<ConnectorRange> {
    const start = { offset: 0, timestamp: this.#counting.startTimestamp };
    return { kind: "Connector", format: FORMAT, after: start, through: start };
  }

  async rows(): Promise<InputSlice> {
    return NO_ROWS;
  }
}

/** One batch each time that it is looked at anew: an update that ends when all is read has one, as Spark's `availableNow`. */
class RateMicroBatchStream implements StreamSource {
  readonly description: string;
  readonly #counting: Counting;
  #isGiven = false;

  constructor(description: string, counting: Counting) {
    this.description = description;
    this.#counting = counting;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    if (this.#isGiven) return undefined;
    this.#isGiven = true;
    const { rowsPerBatch, startTimestamp, advanceMillisPerBatch } = this.#counting;
    const after = last?.kind === "Connector" ? positionOf(last.through) : { offset: 0, timestamp: startTimestamp };
    const through = {
      offset: after.offset + rowsPerBatch,
      timestamp: after.timestamp + advanceMillisPerBatch,
    };
    return { kind: "Connector", format: FORMAT, after, through };
  }

  renew(): void {
    this.#isGiven = false;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Connector") return NO_ROWS;
    const [{ offset, timestamp }, end] = [positionOf(range.after), positionOf(range.through)];
    const count = BigInt(end.offset - offset);
    return { kind: "Ticks", first: BigInt(offset), count, startMs: timestamp, spanMs: 0 };
  }

  async settle(): Promise<void> {}

  backlog(): Backlog {
    return { files: 0, bytes: 0 };
  }
}

function positionOf(kept: unknown): Position {
  const { offset, timestamp } = kept as Position;
  return { offset: Number(offset), timestamp: Number(timestamp) };
}
