import { field, type StructField, VARIANT } from "@sluice/query";
import { quoteText } from "../../compile/identifier.ts";
import { parseMode, readOption } from "../../compile/read-option.ts";
import { fileFacts, splitSchema, usesFacts } from "../file-list.ts";
import { type FileScan, selectList } from "../file-scan.ts";
import type { FileFormat } from "../format.ts";
import { IS_RECORD, textSource } from "./json-text-rows.ts";
import { leniences } from "./lenient-json.ts";

/** The name of the one column that records become; undefined when they become columns by their members. */
export function singleVariantColumn(read: Parameters<typeof readOption>[0]): string | undefined {
  const name = readOption(read, "singleVariantColumn");
  return name === "" ? undefined : name;
}

/** JSON files with a VARIANT for each record. */
export const VARIANT_JSON: FileFormat = {
  content: "Text",
  sampling: "Never",
  columns: async ({ read }) => variantColumns(singleVariantColumn(read)),
  rows: variantRows,
};

function variantColumns(name: string | undefined): readonly StructField[] {
  return name === undefined ? [] : [field(name, VARIANT)];
}

/**
 * SQL of the rows of JSON files, a record a variant: an array is one too. A record that is none is NULL, and stands in the column for corrupt records and in that for
 * rescued data. As in Spark an object that repeats a name is no record.
 */
async function variantRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const wanted = singleVariantColumn(scan.read)?.toLowerCase();
  const corrupt = (readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record").toLowerCase();
  const facts = fileFacts(scan.files, scan, schema.partition, "r.i", 0);
  const parsed = `js_variant_record(l, ${quoteText(leniences(scan.read))})`;
  const records = `SELECT i, l, ${parsed} AS v FROM (${await textSource(scan, scan.files)}) WHERE ${IS_RECORD}`;
  const columns = selectList(scan.columns, (one) => facts.column(one.name, one.dataType) ?? columnSql(one.name));
  const mode = modeSql();
  scan.leaveOut?.(
    `SELECT ${facts.uri} AS path, r.l AS record, 'The text is no JSON record.' AS reason FROM (${records}) AS r${usesFacts(facts.uri) ? facts.join : ""} WHERE r.v IS NULL`,
  );
  return `SELECT ${columns} FROM (${records}) AS r${usesFacts(`${columns}${mode}`) ? facts.join : ""}${mode}`;

  function columnSql(name: string): string {
    if (name.toLowerCase() === wanted) return "r.v";
    if (name.toLowerCase() === corrupt) return "CASE WHEN r.v IS NULL THEN r.l END";
    if (name !== schema.rescued) return "NULL";
    return `CASE WHEN r.v IS NULL THEN '{"_corrupt_record":' || to_json(r.l)::VARCHAR || ',"_file_path":' || to_json(${facts.uri})::VARCHAR || '}' END`;
  }

  function modeSql(): string {
    const given = parseMode(scan.read);
    if (given === "PERMISSIVE") return "";
    if (given === "DROPMALFORMED") return " WHERE r.v IS NOT NULL";
    return ` WHERE CASE WHEN r.v IS NULL THEN error('[MALFORMED_RECORD_IN_PARSING] Malformed record in file "' || ${facts.uri} || '": ' || r.l) ELSE true END`;
  }
}
