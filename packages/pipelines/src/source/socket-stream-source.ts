import type { InputSlice } from "../engine/engine.ts";
import type { ConnectorStreamContext } from "./connector.ts";
import type { SocketLine, SocketLines } from "./socket-lines.ts";
import { type Backlog, NO_ROWS, type OffsetRange, type StreamSource } from "./stream-source.ts";

/** Lines of a socket, numbered from 0. Those of a batch are kept in a file before the batch begins, until it is committed: no line that was taken is lost. */
export class SocketStreamSource implements StreamSource {
  readonly description: string;
  readonly #lines: SocketLines;
  readonly #context: ConnectorStreamContext;
  readonly #hasTimes: boolean;
  #left: number | undefined;
  #isOpen = false;

  constructor(description: string, lines: SocketLines, hasTimes: boolean, context: ConnectorStreamContext) {
    this.description = description;
    this.#lines = lines;
    this.#hasTimes = hasTimes;
    this.#context = context;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    const after = last?.kind === "Connector" ? Number(last.through) : 0;
    const kept = this.#isOpen ? undefined : await this.#kept(after);
    this.#isOpen = true;
    const lines = kept ?? (await this.#take(after));
    if (lines === undefined) return undefined;
    return { kind: "Connector", format: "socket", after, through: after + lines.length };
  }

  renew(): void {
    this.#left = undefined;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    if (range.kind !== "Connector" || range.after === range.through) return NO_ROWS;
    const lines = await this.#kept(Number(range.after));
    if (lines === undefined)
      throw new Error(`The lines ${range.after} to ${range.through} of ${this.description} are gone`);
    return { kind: "Rows", rows: lines.map(([text, at]) => (this.#hasTimes ? [text, BigInt(at)] : [text])) };
  }

  async settle(range: OffsetRange): Promise<void> {
    if (range.kind === "Connector" && range.after !== range.through)
      await this.#context.store.delete(this.#path(Number(range.after)));
  }

  backlog(): Backlog {
    return { files: 0, bytes: 0 };
  }

  /** Lines that were taken for a batch, perhaps by an earlier process that died before it began with that. */
  async #kept(after: number): Promise<readonly SocketLine[] | undefined> {
    const content = await this.#context.store.read(this.#path(after));
    return content && (JSON.parse(new TextDecoder().decode(content)) as readonly SocketLine[]);
  }

  async #take(after: number): Promise<readonly SocketLine[] | undefined> {
    const count = this.#left ?? (await this.#lines.count());
    this.#left = 0;
    if (count === 0) return undefined;
    const lines = await this.#lines.take(count);
    await this.#context.store.put(this.#path(after), new TextEncoder().encode(JSON.stringify(lines)));
    return lines;
  }

  #path(after: number): string {
    return `${this.#context.folder}/lines-${after}.json`;
  }
}
