import type { QueryResult } from "@sluice/pipelines";
import type { ShowOptions } from "@sluice/query";
import { escapeControls } from "./escape-controls.ts";
import { formatValue } from "./value.ts";

const NARROWEST = 3;
const NARROWEST_LABEL = 5;

/**
 * Rows as Spark's `show` prints them, byte for byte, without the last line break.
 *
 * @param result - With one row more than `options.rows` when there are more.
 */
export function showText(result: QueryResult, options: ShowOptions, timeZone: string): string {
  const { fields } = result.schema;
  const rows = result.rows.slice(0, options.rows);
  const cells = rows.map((row) =>
    fields.map((field, i) =>
      cut(escapeControls(formatValue(row[i] ?? null, field.dataType, timeZone)), options.truncate),
    ),
  );
  const heads = fields.map((field) => escapeControls(field.name));
  const hasMore = result.rows.length > options.rows;
  const text = options.vertical ? verticalText(heads, cells) : gridText(heads, cells, options.truncate > 0);
  return `${text}${moreText(options, rows.length, hasMore)}`;
}

function gridText(heads: readonly string[], cells: readonly (readonly string[])[], alignRight: boolean): string {
  const widths = heads.map((head, i) =>
    Math.max(NARROWEST, displayWidth(head), ...cells.map((row) => displayWidth(row[i] ?? ""))),
  );
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const line = (row: readonly string[]): string =>
    `|${row.map((cell, i) => pad(cell, widths[i] ?? 0, alignRight)).join("|")}|\n`;
  return `${rule}${line(heads)}${rule}${cells.map(line).join("")}${rule}`;
}

function verticalText(heads: readonly string[], cells: readonly (readonly string[])[]): string {
  const label = Math.max(NARROWEST, ...heads.map(displayWidth));
  const value = Math.max(NARROWEST, ...cells.flatMap((row) => row.map(displayWidth)));
  return cells
    .map((row, i) => {
      const title = `-RECORD ${i}`.padEnd(label + value + NARROWEST_LABEL, "-");
      return `${title}\n${row.map((cell, at) => ` ${pad(heads[at] ?? "", label, false)} | ${pad(cell, value, false)} \n`).join("")}`;
    })
    .join("");
}

function moreText({ rows, vertical }: ShowOptions, shown: number, hasMore: boolean): string {
  if (vertical && shown === 0 && !hasMore) return "(0 rows)";
  if (!hasMore) return "";
  return `only showing top ${rows} row${rows === 1 ? "" : "s"}`;
}

function cut(text: string, limit: number): string {
  const points = [...text];
  if (limit <= 0 || points.length <= limit) return text;
  return limit < 4 ? points.slice(0, limit).join("") : `${points.slice(0, limit - 3).join("")}...`;
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/g;

/** Columns that a text takes: those of East Asian letters count twice, as in Spark. */
function displayWidth(text: string): number {
  return text.length + (text.match(WIDE)?.length ?? 0);
}

function pad(text: string, width: number, alignRight: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return alignRight ? blanks + text : text + blanks;
}
