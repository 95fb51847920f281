import Table from "cli-table3";
import colors from "picocolors";
import { escapeControls } from "./escape-controls.ts";

/** One column of a grid. Numbers align right. */
export interface GridColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Rows of text as people read them: a table with rules on a terminal, columns parted by two blanks in a pipe. Ends with a line break.
 *
 * @param rows - Cells in the order of `columns`.
 * @param width - Of the terminal, in characters: a wider table has its widest columns wrapped.
 */
export function formatGrid(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  terminal: boolean,
  width = 80,
): string {
  return terminal ? formatRuled(columns, rows, width) : formatPlain(columns, rows);
}

function formatRuled(columns: readonly GridColumn[], rows: readonly (readonly string[])[], width: number): string {
  const colWidths = fittingWidths(columns, rows, width);
  const table = new Table({
    head: columns.map(({ title }) => (colWidths === undefined ? colors.bold(title) : title)),
    colAligns: columns.map((column) => column.align ?? "left"),
    ...(colWidths === undefined ? {} : { colWidths: [...colWidths], wordWrap: true, wrapOnWordBoundary: false }),
    style: { head: [], border: ["gray"], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString()}\n`;
}

const NARROWEST = 6;

/** Widths of columns, blanks at both sides included, that fit into `width`, the widest narrowed first; undefined when nothing needs narrowing. */
function fittingWidths(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly number[] | undefined {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => longestLine(row[i]))) + 2);
  const room = width - columns.length - 1;
  let excess = widths.reduce((sum, one) => sum + one, 0) - room;
  if (excess <= 0) return undefined;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function longestLine(cell = ""): number {
  return Math.max(...cell.split("\n").map((line) => line.length));
}

function formatPlain(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows].map((row) => row.map(escapeControls));
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? "").length)));
  const print = (line: readonly string[]): string =>
    columns
      .map((column, i) => pad(line[i] ?? "", widths[i] ?? 0, column.align ?? "left"))
      .join("  ")
      .trimEnd();
  return `${lines.map(print).join("\n")}\n`;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}
