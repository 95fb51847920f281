import { closeSync, openSync, writeSync } from "node:fs";
import type { Column, ColumnPages } from "./column.ts";
import { encodeThrift, int32, int64, list, struct, type Thrift, text } from "./thrift.ts";

const MAGIC = Buffer.from("PAR1");
const PLAIN = 0;
const RUNS = 3;
const BY_DICTIONARY = 8;
const UNCOMPRESSED = 0;

/** A Parquet file that is being written, without compression: it is read once and thrown away. */
export class ParquetFile {
  readonly path: string;
  readonly #file: number;
  readonly #schema: readonly Thrift[];
  readonly #groups: Thrift[] = [];
  #rows = 0;
  #position = 0;

  /** @param schema - Parquet's schema elements, root first. */
  constructor(path: string, schema: readonly Thrift[]) {
    this.path = path;
    this.#schema = schema;
    this.#file = openSync(path, "wx");
    this.#write(MAGIC);
  }

  /** Rows written. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes written. */
  get size(): number {
    return this.#position;
  }

  /** Writes what columns hold as a group of rows, and clears them. */
  writeGroup(columns: readonly Column[], rows: number): void {
    const start = this.#position;
    const chunks = columns.map((column) => this.#writeColumn(column));
    this.#groups.push(struct({ 1: list(chunks), 2: int64(this.#position - start), 3: int64(rows) }));
    this.#rows += rows;
    for (const column of columns) column.clear();
  }

  /** Ends the file. */
  finish(): void {
    const footer = encodeThrift(
      struct({
        1: int32(1),
        2: list(this.#schema),
        3: int64(this.#rows),
        4: list(this.#groups),
        6: text("sluice"),
      }),
    );
    const length = Buffer.alloc(4);
    length.writeInt32LE(footer.length);
    this.#write(footer, length, MAGIC);
    this.close();
  }

  /** Lets go of a file that is not to be finished. */
  close(): void {
    closeSync(this.#file);
  }

  #writeColumn(column: Column): Thrift {
    const pages = column.pages();
    const start = this.#position;
    const { dictionary } = pages;
    if (dictionary !== undefined) this.#writePage([dictionary.bytes], dictionaryHeader(dictionary.count));
    const dataStart = this.#position;
    this.#writePage(pages.data, dataHeader(pages));
    const size = int64(this.#position - start);
    const encodings = dictionary === undefined ? [PLAIN, RUNS] : [PLAIN, RUNS, BY_DICTIONARY];
    const facts = struct({
      1: int32(column.type),
      2: list(encodings.map(int32)),
      3: list(column.path.map(text)),
      4: int32(UNCOMPRESSED),
      5: int64(pages.count),
      6: size,
      7: size,
      9: int64(dataStart),
      11: dictionary === undefined ? undefined : int64(start),
    });
    return struct({ 2: int64(start), 3: facts });
  }

  #writePage(parts: readonly Buffer[], header: PageHeader): void {
    const size = int32(parts.reduce((sum, part) => sum + part.length, 0));
    const page = struct({ 1: int32(header.type), 2: size, 3: size, [header.field]: header.facts });
    this.#write(encodeThrift(page), ...parts);
  }

  #write(...parts: readonly Buffer[]): void {
    for (const part of parts) {
      for (let at = 0; at < part.length; ) at += writeSync(this.#file, part, at);
      this.#position += part.length;
    }
  }
}

interface PageHeader {
  readonly type: number;
  /** Where in the header its facts stand. */
  readonly field: number;
  readonly facts: Thrift;
}

function dictionaryHeader(count: number): PageHeader {
  return { type: 2, field: 7, facts: struct({ 1: int32(count), 2: int32(PLAIN) }) };
}

function dataHeader({ count, dictionary }: ColumnPages): PageHeader {
  const encoding = dictionary === undefined ? PLAIN : BY_DICTIONARY;
  return { type: 0, field: 5, facts: struct({ 1: int32(count), 2: int32(encoding), 3: int32(RUNS), 4: int32(RUNS) }) };
}
