import { constantOptions, type StructField, type TypedCall } from "@sluice/query";
import { sqlOf, typeOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { type FitContext, fitText } from "./csv-fit.ts";
import { quoteText } from "./identifier.ts";
import { parsedRecord } from "./parsed-record.ts";
import { timeFormats } from "./time-formats.ts";
import { valueText } from "./value-text.ts";

/** A text without a record gives NULLs. A record is split in JavaScript, as those of files with odd dialects are; its values are cast as those of files. */
function fromCsv(call: TypedCall, scope: Scope): string {
  const type = call.dataType;
  if (type.kind !== "struct") throw new Error("from_csv makes structs");
  const options = constantOptions(call.args[2]) ?? {};
  const text = '"_csv"';
  const record = recordSql(text, type.fields, options);
  const values = `js_csv_values(${text}, ${quoteText(JSON.stringify(options))})`;
  const made = `list_transform([${values}], lambda "_v": ${record})[1]`;
  return `list_transform([${sqlOf(call, 0, scope)}], lambda ${text}: CASE WHEN ${text} IS NOT NULL THEN ${made} END)[1]`;
}

function recordSql(text: string, fields: readonly StructField[], options: Readonly<Record<string, string>>): string {
  const context: FitContext = { formats: timeFormats({ options }), read: { options } };
  const corrupt = options["columnnameofcorruptrecord"] ?? "_corrupt_record";
  const wanted = fields.filter((one) => one.name !== corrupt);
  const fits = wanted.map((one, i) => fitText(`"_v"[${i + 1}]`, one.dataType, context));
  const misfits = fits.flatMap(({ misfit }) => (misfit === undefined ? [] : [`(${misfit}) IS NOT NULL`]));
  const bad = `"_v" IS NOT NULL AND (${[`len("_v") <> ${wanted.length}`, ...misfits].join(" OR ")})`;
  return parsedRecord(text, fields, { readOf: (one) => fits[wanted.indexOf(one)]?.value, bad, mode: options["mode"] });
}

function toCsv(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  if (type.kind !== "struct") throw new Error("to_csv takes structs");
  const options = constantOptions(call.args[1]) ?? {};
  const row = '"_row"';
  const texts = type.fields.map((one) =>
    valueText(`struct_extract(${row}, ${quoteText(one.name)})`, one.dataType, { options, scope }),
  );
  const line = `js_csv_line([${texts.join(", ")}]::VARCHAR[], ${quoteText(JSON.stringify(options))})`;
  return `list_transform([${sqlOf(call, 0, scope)}], lambda ${row}: CASE WHEN ${row} IS NOT NULL THEN ${line} END)[1]`;
}

/** Texts of CSV. */
export const CSV_FUNCTIONS: EmitterTable = { from_csv: fromCsv, to_csv: toCsv };
