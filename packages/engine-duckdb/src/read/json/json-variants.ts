import { quoteText } from "../../compile/identifier.ts";
import type { FileScan } from "../file-scan.ts";
import type { FileFormat } from "../format.ts";
import { variantFormat } from "../variant/variant-rows.ts";
import { IS_RECORD, textSource } from "./json-text-rows.ts";
import { leniences } from "./lenient-json.ts";

/** JSON files, each record a variant: an array is one too. As in Spark an object that repeats a name is no record. */
export const JSON_VARIANTS: FileFormat = variantFormat(jsonVariants, "The text is no JSON record.");

async function jsonVariants(scan: FileScan): Promise<string> {
  const parsed = `js_variant_record(l, ${quoteText(leniences(scan.read))})`;
  const records = `SELECT i, l, ${parsed} AS v FROM (${await textSource(scan, scan.files)}) WHERE ${IS_RECORD}`;
  return `SELECT *, v IS NULL AS bad FROM (${records})`;
}
