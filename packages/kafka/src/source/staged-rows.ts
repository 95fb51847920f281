import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { InputSlice } from "@sluice/pipelines";
import type { KafkaClient } from "../client/kafka-client.ts";
import { type Position, rangesBetween } from "../offset/position.ts";
import { RecordFile, recordSchema } from "../staging/record-file.ts";
import { type RangeReading, readRanges } from "./read-ranges.ts";

/** The rows of one range at a time, as a file for the engine. */
export class StagedRows {
  readonly #folder: () => string;
  #path: string | undefined;

  /** @param folder - Where files may be put. */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  /** Reads what lies between two positions; what was staged before is removed. */
  async stage(
    client: KafkaClient,
    [after, through]: readonly [Position, Position],
    reading: RangeReading & { readonly includeHeaders: boolean },
  ): Promise<InputSlice> {
    this.remove();
    const ranges = rangesBetween(after, through);
    if (ranges.length === 0) return { kind: "Rows", rows: [] };
    const folder = this.#folder();
    this.#path = join(folder, `${crypto.randomUUID()}.parquet`);
    const file = new RecordFile(this.#path, reading.includeHeaders);
    try {
      await readRanges(client, ranges, file, reading);
    } catch (error) {
      file.close();
      this.remove();
      throw error;
    }
    const { path, rows, sizeBytes } = file.finish();
    if (rows === 0) return { kind: "Rows", rows: [] };
    const entry = { path, sizeBytes, modifiedAt: Math.floor(statSync(path).mtimeMs) };
    const read = { format: "parquet", schema: recordSchema(reading.includeHeaders), options: {}, basePath: folder };
    return { kind: "Files", files: [entry], read };
  }

  /** Removes what is staged. */
  remove(): void {
    if (this.#path !== undefined) rmSync(this.#path, { force: true });
    this.#path = undefined;
  }
}
