import type { FileEntry } from "@sluice/pipelines";
import type { DataType } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import {
  type JsonFit,
  keptJson,
  misfitMember,
  type Numbers,
  pointer,
  rescueObject,
  unknownMembers,
} from "../compile/json-fit.ts";
import { parseMode, readOption } from "../compile/read-option.ts";
import { joinReasons, misfitReason } from "./bad-records.ts";
import { fileFacts, type SplitSchema, usesFacts } from "./file-list.ts";
import { type FileScan, selectList } from "./file-scan.ts";

/** Records that were parsed one by one. */
export interface RecordSource {
  /** SQL of a table: `i` the place of the file in the list, `l` the record as text, `j` the record as JSON, NULL when it is malformed. */
  readonly sql: string;
  /** How a value of JSON (SQL) becomes one of a column's type. */
  readonly fit: (json: string, type: DataType) => JsonFit;
  /** Whether numbers in `j` are marked. */
  readonly numbers?: Numbers | undefined;
}

/**
 * SQL of the rows of records: what does not fit is NULL and stands in the rescued-data column; a malformed record gives a row of NULLs, rescued as
 * `_corrupt_record`.
 */
export function recordRows(
  scan: FileScan,
  schema: SplitSchema,
  files: readonly FileEntry[],
  { sql, fit, numbers }: RecordSource,
): string {
  const facts = fileFacts(files, scan, schema.partition, "r.i", 0);
  const corrupt = (readOption(scan.read, "columnNameOfCorruptRecord") ?? "_corrupt_record").toLowerCase();
  const fields = schema.data.filter((one) => one.name.toLowerCase() !== corrupt);
  const fits = fields.map((one, i) => ({ one, fit: fit(`r.v[${i + 1}]`, one.dataType) }));
  const line = keptJson("r.l", numbers);
  const broken = "(r.j IS NULL OR json_type(r.j) <> 'OBJECT')";
  const misfit = fits.map((each) => `(${each.fit.misfit}) IS NOT NULL`).join(" OR ") || "false";
  const bad = schema.rescued === undefined ? `(${broken} OR ${misfit})` : broken;
  const columns = selectList(scan.columns, (one) => columnSql(one.name));
  const pointers = `[${fields.map((one) => quoteText(pointer(one.name))).join(", ")}]::VARCHAR[]`;
  const records = `SELECT i, l, j, json_extract(j, ${pointers}) AS v FROM (${sql})`;
  const needsFacts = usesFacts(`${columns}${modeSql()}`);
  scan.leaveOut?.(
    `SELECT ${facts.uri} AS path, ${line} AS record, ${reasonSql()} AS reason FROM (${records}) AS r${usesFacts(facts.uri) ? facts.join : ""} WHERE ${bad}`,
  );
  return `SELECT ${columns} FROM (${records}) AS r${needsFacts ? facts.join : ""}${modeSql()}`;

  function columnSql(name: string): string {
    const attribute = scan.columns.find((one) => one.name === name);
    const known = attribute === undefined ? undefined : facts.column(name, attribute.dataType);
    if (known !== undefined) return known;
    if (name === schema.rescued) return rescueSql();
    if (name.toLowerCase() === corrupt) return `CASE WHEN ${broken} OR ${misfit} THEN ${line} END`;
    return fits.find(({ one }) => one.name.toLowerCase() === name.toLowerCase())?.fit.value ?? "NULL";
  }

  function rescueSql(): string {
    const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
    const misfits = fits.map((each) => misfitMember(each.one.name, each.fit.misfit));
    const names = fields.map((one) => one.name);
    const object = rescueObject(misfits, unknownMembers("r.j", names));
    return `CASE WHEN ${broken} THEN '{"_corrupt_record":' || to_json(${line})::VARCHAR || ',' || ${path} || '}' ELSE ${keptJson(`(${object})[:-2]`, numbers)} || ',' || ${path} || '}' END`;
  }

  function reasonSql(): string {
    const misfits = schema.rescued === undefined ? fits : [];
    const reasons = misfits.map(({ one, fit: { misfit: found } }) => misfitReason(one, keptJson(found, numbers)));
    const whole = quoteText(`The text is no ${scan.read.format.toUpperCase()} record.`);
    return `CASE WHEN ${broken} THEN ${whole} ELSE ${joinReasons(reasons)} END`;
  }

  function modeSql(): string {
    const mode = parseMode(scan.read);
    if (mode === "PERMISSIVE") return "";
    if (mode === "DROPMALFORMED") return ` WHERE NOT ${bad}`;
    return ` WHERE CASE WHEN ${bad} THEN error('[MALFORMED_RECORD_IN_PARSING] Malformed record in file "' || ${facts.uri} || '": ' || ${line}) ELSE true END`;
  }
}
