import { readFile, writeFile } from "node:fs/promises";
import type { ParquetCodec } from "../src/index.ts";

/** Checkpoints as lines of text in files that are called Parquet: all that the log needs of a codec, without an engine. */
export const textCodec: ParquetCodec = {
  async readCheckpoint(files) {
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    return texts.flatMap((text) => text.split("\n"));
  },
  async writeCheckpoint(path, _schema, rows) {
    await writeFile(path, rows.join("\n"));
  },
};
