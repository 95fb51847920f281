import {
  type Backlog,
  type Connector,
  type ConnectorRange,
  type ConnectorSource,
  type InputSlice,
  NO_ROWS,
  type OffsetRange,
  type StreamSource,
} from "@sluice/pipelines";
import type { DataSource, StructType } from "@sluice/query";
import type { TestSource } from "./memory-stream.ts";

/** The format under which reads of test sources stand in plans. */
export const MEMORY_FORMAT = "memory";

/** A read of a test source in the place of another read, whose options it keeps. */
export function memoryRead(name: string, like: Pick<DataSource, "options" | "streaming">): DataSource {
  return { kind: "DataSource", format: MEMORY_FORMAT, paths: [name], options: like.options, streaming: like.streaming };
}

/** Reads test sources by the names that they have in reads. Positions are counts of rows. */
export function memoryConnector(sources: ReadonlyMap<string, TestSource>): Connector {
  return {
    resolve: (leaf) => {
      const [name = ""] = leaf.paths;
      const source = sources.get(name);
      if (source === undefined) throw new Error(`There is no test source "${name}"`);
      return { source: new MemorySource(name, source, leaf), errors: [], warnings: [] };
    },
    close: async () => {},
  };
}

class MemorySource implements ConnectorSource {
  readonly format = MEMORY_FORMAT;
  readonly description: string;
  readonly schema: StructType;
  readonly #source: TestSource;
  readonly #leaf: DataSource;

  constructor(name: string, source: TestSource, leaf: DataSource) {
    this.description = `MemoryStream[${name}]`;
    this.schema = source.schemaOf(leaf);
    this.#source = source;
    this.#leaf = leaf;
  }

  stream(): StreamSource {
    return new MemoryReader(this.description, this.#source, (range) => this.#slice(range));
  }

  async observe(): Promise<ConnectorRange> {
    return { kind: "Connector", format: MEMORY_FORMAT, after: 0, through: this.#source.ends.at(-1) ?? 0 };
  }

  async rows(range: ConnectorRange): Promise<InputSlice> {
    return this.#slice(range);
  }

  #slice(range: OffsetRange): InputSlice {
    if (range.kind !== "Connector") return NO_ROWS;
    const columns = this.schema.fields.map(({ name }) => name);
    return {
      kind: "Rows",
      columns,
      rows: this.#source.rows(Number(range.after ?? 0), Number(range.through), this.#leaf),
    };
  }
}

class MemoryReader implements StreamSource {
  readonly description: string;
  readonly #source: TestSource;
  readonly #sliceOf: (range: OffsetRange) => InputSlice;
  #seen: number | undefined;
  #given = 0;

  constructor(description: string, source: TestSource, sliceOf: (range: OffsetRange) => InputSlice) {
    this.description = description;
    this.#source = source;
    this.#sliceOf = sliceOf;
  }

  async next(last: OffsetRange | undefined): Promise<OffsetRange | undefined> {
    this.#seen ??= this.#source.ends.length;
    const after = last?.kind === "Connector" ? Number(last.through) : 0;
    const through = this.#source.ends.slice(0, this.#seen).find((end) => end > after);
    this.#given = through ?? after;
    return through === undefined ? undefined : { kind: "Connector", format: MEMORY_FORMAT, after, through };
  }

  renew(): void {
    this.#seen = undefined;
  }

  async slice(range: OffsetRange): Promise<InputSlice> {
    return this.#sliceOf(range);
  }

  async settle(): Promise<void> {}

  backlog(): Backlog {
    return { files: 0, bytes: 0, records: (this.#source.ends.at(-1) ?? 0) - this.#given };
  }
}
