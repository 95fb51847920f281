import { type DataSource, field, STRING, type StructType, struct, TIMESTAMP } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { InputSlice } from "../engine/engine.ts";
import type {
  Connector,
  ConnectorRange,
  ConnectorResolution,
  ConnectorSource,
  ConnectorStreamContext,
} from "./connector.ts";
import { ReaderOptions } from "./reader-options.ts";
import { type SocketAddress, SocketLines } from "./socket-lines.ts";
import { SocketStreamSource } from "./socket-stream-source.ts";
import { streamOnlyErrors } from "./stream-only.ts";
import { NO_ROWS, type StreamSource } from "./stream-source.ts";

const FORMAT = "socket";
const WHERE = "The source socket";
const PORT = "a port: a whole number from 1 to 65535";
const FLAG = "true or false";
const COLUMNS = "column value, and timestamp with includeTimestamp";

/** Spark's source `socket`: the lines of text that a server sends, for trying things out. */
export class SocketConnector implements Connector {
  /** By the folder of the stream: one that begins again in this process goes on with the same connection. */
  readonly #open = new Map<string, SocketLines>();

  resolve(leaf: DataSource): ConnectorResolution {
    const options = new ReaderOptions(leaf.options);
    const errors = [...missing(options), ...mistakes(options), ...streamOnlyErrors(leaf, FORMAT, COLUMNS)];
    if (errors.length > 0) return { errors, warnings: [] };
    const address = { host: options.get("host") ?? "", port: Number(options.get("port")) };
    const hasTimes = options.flag("includeTimestamp") ?? false;
    return { source: new SocketSource(address, hasTimes, this.#open), errors, warnings: [] };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((one) => one.close()));
    this.#open.clear();
  }
}

function missing(options: ReaderOptions): readonly PipelineError[] {
  const examples = { host: "localhost", port: "9999" };
  return Object.entries(examples)
    .filter(([option]) => options.get(option) === undefined)
    .map(([option, example]) => new PipelineError("MISSING_OPTION", { where: WHERE, option, example }));
}

function mistakes(options: ReaderOptions): readonly PipelineError[] {
  const wrong = (option: string, expected: string): PipelineError =>
    new PipelineError("INVALID_OPTION_VALUE", { where: WHERE, option, value: options.get(option) ?? "", expected });
  const port = options.get("port");
  const isPort = port === undefined || (/^\s*\d{1,5}\s*$/.test(port) && Number(port) > 0 && Number(port) < 65_536);
  const isFlag = options.get("includeTimestamp") === undefined || options.flag("includeTimestamp") !== undefined;
  return [...(isPort ? [] : [wrong("port", PORT)]), ...(isFlag ? [] : [wrong("includeTimestamp", FLAG)])];
}

class SocketSource implements ConnectorSource {
  readonly format = FORMAT;
  readonly description: string;
  readonly schema: StructType;
  readonly #address: SocketAddress;
  readonly #hasTimes: boolean;
  readonly #open: Map<string, SocketLines>;

  constructor(address: SocketAddress, hasTimes: boolean, open: Map<string, SocketLines>) {
    this.#address = address;
    this.#hasTimes = hasTimes;
    this.#open = open;
    this.description = `TextSocketV2[host: ${address.host}, port: ${address.port}]`;
    const value = field("value", STRING);
    this.schema = struct(hasTimes ? [value, field("timestamp", TIMESTAMP)] : [value]);
  }

  stream(context: ConnectorStreamContext): StreamSource {
    const key = `${context.store.root}/${context.folder}`;
    const lines = this.#open.get(key) ?? new SocketLines(this.#address);
    this.#open.set(key, lines);
    context.signal?.addEventListener("abort", () => void this.#forget(key, lines), { once: true });
    return new SocketStreamSource(this.description, lines, this.#hasTimes, context);
  }

  async observe(): Promise<ConnectorRange> {
    return { kind: "Connector", format: FORMAT, after: 0, through: 0 };
  }

  async rows(): Promise<InputSlice> {
    return NO_ROWS;
  }

  async #forget(key: string, lines: SocketLines): Promise<void> {
    if (this.#open.get(key) === lines) this.#open.delete(key);
    await lines.close();
  }
}
