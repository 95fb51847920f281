import { describe, expect, it } from "vitest";
import { fileWriting } from "./file-sink-options.ts";

type Options = Readonly<Record<string, string>>;

/** What Spark's documentation and `CSVOptions`, `JSONOptions`, `ParquetOptions` have for writing. */
const OF_SPARK = {
  json: "compression encoding charset lineSep dateFormat timestampFormat timestampNTZFormat timeZone locale ignoreNullFields pretty writeNonAsciiCharacterAsCodePoint",
  csv: "compression codec encoding charset lineSep header sep delimiter quote quoteAll escape escapeQuotes charToEscapeQuoteEscaping nullValue emptyValue nanValue positiveInf negativeInf dateFormat timestampFormat timestampNTZFormat timeZone locale ignoreLeadingWhiteSpace ignoreTrailingWhiteSpace",
  parquet: "compression parquet.compression parquet.block.size",
} as const;

const kinds = (format: keyof typeof OF_SPARK, options: Options) =>
  fileWriting(format, options, ["path"]).mistakes.map(({ kind, option }) => `${kind} ${option}`);

describe("the options of files that are written", () => {
  it.each(Object.keys(OF_SPARK) as (keyof typeof OF_SPARK)[])("knows all of Spark's for %s", (format) => {
    const all = [...OF_SPARK[format].split(" "), "maxRecordsPerFile", "retention"];
    const mistakes = fileWriting(format, Object.fromEntries(all.map((name) => [name, "?"])), []).mistakes;
    expect(mistakes.filter(({ kind }) => kind === "Unknown")).toEqual([]);
  });

  it("takes names and values in any case", () => {
    expect(fileWriting("csv", { PATH: "x", HEADER: "True", Sep: ";", Compression: "GZIP" }, ["path"])).toEqual({
      writing: { json: {}, header: true, delimiter: ";", compression: "gzip" },
      mistakes: [],
    });
    const json = { ignorenullfields: "FALSE", dateFormat: "dd.MM.yyyy", encoding: "utf8", lineSep: "\n" };
    expect(fileWriting("json", json, []).writing.json).toEqual({ ignoreNullFields: "false", dateFormat: "dd.MM.yyyy" });
    expect(fileWriting("parquet", { compression: "uncompressed" }, []).writing.compression).toBe("none");
  });

  it("refuses values that are none, options that are not there yet, and names that nobody knows", () => {
    expect(kinds("csv", { header: "maybe", sep: "\n", encoding: "UTF-16" })).toEqual([
      "BadValue header",
      "BadValue sep",
      "BadValue encoding",
    ]);
    expect(kinds("json", { compression: "bzip2", ignoreNullFields: "?" })).toEqual([
      "BadValue compression",
      "BadValue ignoreNullFields",
    ]);
    expect(kinds("csv", { nullvalue: "-", maxRecordsPerFile: "10" })).toEqual([
      "NotSupported nullValue",
      "NotSupported maxRecordsPerFile",
    ]);
    expect(kinds("parquet", { compresion: "zstd" })).toEqual(["Unknown compresion"]);
    expect(kinds("json", { header: "true" })).toEqual(["Unknown header"]);
  });
});
