import type { FileRead } from "@sluice/pipelines";
import { quoteText } from "../../compile/identifier.ts";
import { readFlag } from "../../compile/read-option.ts";

/** What Spark's parser takes beyond JSON, by option, with Spark's defaults; the letters are those of `js_lenient_json`. */
const LENIENCE = [
  ["allowComments", false, "c"],
  ["allowUnquotedFieldNames", false, "u"],
  ["allowSingleQuotes", true, "s"],
  ["allowNumericLeadingZeros", false, "z"],
  ["allowNonNumericNumbers", true, "n"],
  ["allowBackslashEscapingAnyCharacter", false, "b"],
  ["allowUnquotedControlChars", false, "t"],
] as const;

/** Whether an object has two members of one name, of which Spark takes the last and DuckDB the first. */
function repeats(json: string): string {
  const keys = `json_keys(CASE WHEN json_type(${json}) = 'OBJECT' THEN ${json} END)`;
  return `coalesce(len(list_distinct(${keys})) < len(${keys}), false)`;
}

/** What a read of files allows beyond JSON. */
export function leniences(read: Pick<FileRead, "options">): string {
  return LENIENCE.filter(([name, otherwise]) => readFlag(read, name, otherwise))
    .map(([, , letter]) => letter)
    .join("");
}

/** SQL of a text as JSON, NULL when it is malformed. What DuckDB does not take is looked at again with Spark's leniency. Marked numbers stay marked. */
export function parsedJson(text: string, read: Pick<FileRead, "options">, isMarked = false): string {
  const letters = leniences(read);
  const written = isMarked ? `sp_written_json(${text})` : text;
  const lenient = `TRY_CAST(js_lenient_json(${written}, ${quoteText(`${letters}${isMarked ? "m" : ""}`)}) AS JSON)`;
  const strict = `TRY_CAST(${text} AS JSON)`;
  const looks = letters.includes("n") ? "" : ` OR regexp_matches(${text}, 'NaN|Inf|INF')`;
  return `CASE WHEN ${strict} IS NULL OR ${repeats(strict)}${looks} THEN ${lenient} ELSE ${strict} END`;
}
