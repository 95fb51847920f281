import { field, type StructField, VARIANT } from "@sluice/query";
import { parseMode, readOption } from "../../compile/read-option.ts";
import { fileFacts, pathList, splitSchema, usesFacts } from "../file-list.ts";
import { type FileScan, selectList } from "../file-scan.ts";
import type { FileFormat } from "../format.ts";

/** The name of the one column that records become; undefined when they become columns by their members. */
export function singleVariantColumn(read: Parameters<typeof readOption>[0]): string | undefined {
  const name = readOption(read, "singleVariantColumn");
  return name === "" ? undefined : name;
}

/**
 * Text files with a VARIANT for each record. `records` is SQL of them: the place `i` of the file, the record's text `l`, its variant `v`, and `bad`, whether it is none, or not
 * a whole one.
 */
export function variantFormat(records: (scan: FileScan) => Promise<string>, reason: string): FileFormat {
  return {
    content: "Text",
    sampling: "Never",
    columns: async ({ read }) => variantColumns(singleVariantColumn(read)),
    rows: async (scan) => variantRows(scan, await records(scan), reason),
  };
}

function variantColumns(name: string | undefined): readonly StructField[] {
  return name === undefined ? [] : [field(name, VARIANT)];
}

/** SQL of such records that were staged as JSON lines. */
export function stagedVariants(path: string): string {
  return `SELECT i, l, v, bad FROM read_json(${pathList([path])}, format = 'newline_delimited', columns = {i: 'BIGINT', l: 'VARCHAR', v: 'VARCHAR', bad: 'BOOLEAN'}, maximum_object_size = ${256 << 20})`;
}

/** A record that is bad stands in the column for corrupt records; one without a variant in that for rescued data too. */
function variantRows(scan: FileScan, records: string, reason: string): string {
  const schema = splitSchema(scan.read, scan.files);
  const wanted = singleVariantColumn(scan.read)?.toLowerCase();
  const corrupt = (readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record").toLowerCase();
  const facts = fileFacts(scan.files, scan, schema.partition, "r.i", 0);
  const columns = selectList(scan.columns, (one) => facts.column(one.name, one.dataType) ?? columnSql(one.name));
  const mode = modeSql();
  scan.leaveOut?.(
    `SELECT ${facts.uri} AS path, r.l AS record, '${reason}' AS reason FROM (${records}) AS r${usesFacts(facts.uri) ? facts.join : ""} WHERE r.bad`,
  );
  return `SELECT ${columns} FROM (${records}) AS r${usesFacts(`${columns}${mode}`) ? facts.join : ""}${mode}`;

  function columnSql(name: string): string {
    if (name.toLowerCase() === wanted) return "r.v";
    if (name.toLowerCase() === corrupt) return "CASE WHEN r.bad THEN r.l END";
    if (name !== schema.rescued) return "NULL";
    return `CASE WHEN r.v IS NULL THEN '{"_corrupt_record":' || to_json(r.l)::VARCHAR || ',"_file_path":' || to_json(${facts.uri})::VARCHAR || '}' END`;
  }

  function modeSql(): string {
    const given = parseMode(scan.read);
    if (given === "PERMISSIVE") return "";
    if (given === "DROPMALFORMED") return " WHERE NOT r.bad";
    return ` WHERE CASE WHEN r.bad THEN error('[MALFORMED_RECORD_IN_PARSING] Malformed record in file "' || ${facts.uri} || '": ' || r.l) ELSE true END`;
  }
}
