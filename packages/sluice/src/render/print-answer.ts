import type { QueryResult } from "@sluice/pipelines";
import type { DataType } from "@sluice/query";
import { distinctNames } from "./distinct-names.ts";
import { formatCount } from "./format.ts";
import type { GridColumn } from "./grid.ts";
import { formatValue, jsonValue } from "./value.ts";

/** Where answers are printed: see the commands' output. */
export interface AnswerOutput {
  readonly machine: boolean;
  json(value: unknown): void;
  text(text: string): void;
  grid(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): void;
  note(text: string): void;
}

/** So many rows are printed for eyes. */
export const SHOWN_ROWS = 1000;

const NUMBERS: ReadonlySet<DataType["kind"]> = new Set([
  ...(["byte", "short", "integer", "long", "float", "double", "decimal"] as const),
]);

/** Columns of EXPLAIN and SHOW CREATE TABLE: texts of several lines, printed as they are. */
const TEXTS: ReadonlySet<string> = new Set(["plan", "createtab_stmt"]);

/** Prints an answer: for machines one object a row (the second of two columns of one name is `name_2`), for eyes a grid, numbers to the right. Nothing when there are no columns. */
export function printAnswer({ schema, rows }: QueryResult, timeZone: string, output: AnswerOutput): void {
  const { fields } = schema;
  if (fields.length === 0) return;
  if (output.machine) {
    const names = distinctNames(fields.map((field) => field.name));
    for (const row of rows) {
      output.json(Object.fromEntries(fields.map((field, i) => [names[i], jsonValue(row[i] ?? null, field.dataType)])));
    }
    return;
  }
  if (fields.length === 1 && TEXTS.has(fields[0]?.name ?? "")) {
    for (const [text] of rows) output.text(`${String(text)}\n`);
    return;
  }
  output.grid(
    fields.map((field) => ({ title: field.name, align: NUMBERS.has(field.dataType.kind) ? "right" : "left" })),
    rows
      .slice(0, SHOWN_ROWS)
      .map((row) => fields.map((field, i) => formatValue(row[i] ?? null, field.dataType, timeZone))),
  );
  if (rows.length > SHOWN_ROWS)
    output.note(`The first ${formatCount(SHOWN_ROWS)} rows. Add LIMIT, or --json for all.\n`);
}
