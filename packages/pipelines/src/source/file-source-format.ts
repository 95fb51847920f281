import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";

const READABLE = ["json", "csv", "xml", "parquet", "avro", "text", "binaryfile"];
const LATER = ["orc"];
const EXTENSIONS: Readonly<Record<string, string>> = {
  json: "json",
  jsonl: "json",
  ndjson: "json",
  csv: "csv",
  tsv: "csv",
  parquet: "parquet",
  xml: "xml",
  avro: "avro",
  txt: "text",
  text: "text",
  log: "text",
};

/**
 * The format of files under its canonical name.
 *
 * @throws PipelineError when there is no such format, or not yet.
 */
export function fileFormat(format: string): string {
  const canonical = canonicalFormat(format);
  if (READABLE.includes(canonical)) return canonical;
  if (LATER.includes(canonical)) {
    const plan = `Files can be read as ${READABLE.join(", ")}; convert them first.`;
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature: `The file format "${format}"`, plan });
  }
  const closest = closestMatch(format, [...READABLE, "cloudFiles", "delta"]) ?? extensionFormat(format);
  throw new PipelineError("UNKNOWN_SOURCE_FORMAT", { format, ...(closest === undefined ? {} : { closest }) });
}

/** The name of a format in lower case, other names for it replaced; it need not exist. */
export function canonicalFormat(format: string): string {
  const name = format.trim().toLowerCase();
  return name === "jsonl" || name === "ndjson" ? "json" : name === "txt" ? "text" : name;
}

/** The format that a file's name tells by its extension, compression suffixes passed over; undefined when it tells none. */
export function extensionFormat(path: string): string | undefined {
  const name = path.toLowerCase().replace(/\.(gz|gzip|zst|zstd|bz2|snappy|lz4|deflate)$/, "");
  return EXTENSIONS[/\.([a-z0-9]+)$/.exec(name)?.[1] ?? ""];
}
