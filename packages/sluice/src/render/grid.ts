import Table from "cli-table3";
import colors from "picocolors";

/** One column of a grid. Numbers align right. */
export interface GridColumn {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Rows of text as people read them: a table with rules on a terminal, columns parted by two blanks in a pipe. Ends with a line break.
 *
 * @param rows - Cells in the order of `columns`.
 */
export function formatGrid(
  columns: readonly GridColumn[],
  rows: readonly (readonly string[])[],
  terminal: boolean,
): string {
  return terminal ? formatRuled(columns, rows) : formatPlain(columns, rows);
}

function formatRuled(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map((column) => colors.bold(column.title)),
    colAligns: columns.map((column) => column.align ?? "left"),
    style: { head: [], border: ["gray"], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString()}\n`;
}

function formatPlain(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map((column) => column.title), ...rows];
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
