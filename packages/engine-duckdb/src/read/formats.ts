import { EngineError, type FileRead } from "@sluice/pipelines";
import { csvRows } from "./csv/csv-rows.ts";
import { CSV_VARIANTS } from "./csv/csv-variants.ts";
import { csvColumns } from "./csv/infer-csv.ts";
import type { FileFormat } from "./format.ts";
import { jsonColumns } from "./json/infer-json.ts";
import { jsonRows } from "./json/json-rows.ts";
import { JSON_VARIANTS } from "./json/json-variants.ts";
import { parquetColumns, parquetRows } from "./parquet/parquet-rows.ts";
import { BINARY_COLUMNS, binaryRows, TEXT_COLUMNS, textRows } from "./text/text-rows.ts";
import { singleVariantColumn } from "./variant/variant-rows.ts";

/** The file formats that this engine reads, by name in lower case. Those with a parser of their own are loaded when they are met: most runs never do. */
const FORMATS: Readonly<Record<string, FileFormat>> = {
  json: { content: "Text", sampling: "Head", columns: jsonColumns, rows: jsonRows },
  csv: { content: "Text", sampling: "Head", columns: csvColumns, rows: csvRows },
  xml: {
    content: "Text",
    sampling: "Whole",
    columns: async (...asked) => (await import("./xml/infer-xml.ts")).xmlColumns(...asked),
    rows: async (...asked) => (await import("./xml/xml-rows.ts")).xmlRows(...asked),
  },
  parquet: { content: "Bytes", sampling: "Whole", columns: parquetColumns, rows: parquetRows },
  avro: {
    content: "Bytes",
    sampling: "Whole",
    columns: async (...asked) => (await import("./avro/infer-avro.ts")).avroColumns(...asked),
    rows: async (...asked) => (await import("./avro/avro-rows.ts")).avroRows(...asked),
  },
  text: { content: "Text", sampling: "Never", columns: async () => TEXT_COLUMNS, rows: textRows },
  binaryfile: { content: "Bytes", sampling: "Never", columns: async () => BINARY_COLUMNS, rows: binaryRows },
};

/** Those whose records can be variants. */
const VARIANT_FORMATS: Readonly<Record<string, FileFormat>> = {
  json: JSON_VARIANTS,
  csv: CSV_VARIANTS,
  xml: {
    content: "Text",
    sampling: "Never",
    columns: async (...asked) => (await import("./xml/xml-variants.ts")).XML_VARIANTS.columns(...asked),
    rows: async (...asked) => (await import("./xml/xml-variants.ts")).XML_VARIANTS.rows(...asked),
  },
};

/** @throws EngineError for a format that is not read here */
export function formatOf({ format, options }: Pick<FileRead, "format" | "options">): FileFormat {
  const name = format.toLowerCase();
  const isVariant = singleVariantColumn({ options }) !== undefined;
  const found = (isVariant ? VARIANT_FORMATS[name] : undefined) ?? FORMATS[name];
  if (found !== undefined) return found;
  const known = "json, csv, xml, parquet, avro, text, binaryFile, delta";
  throw new EngineError(`The file format "${format}" cannot be read by this engine. Formats it reads: ${known}.`, {
    condition: "DATA_SOURCE_NOT_FOUND",
    domain: "user",
    retry: "never",
  });
}
