import { formatGrid, type GridColumn } from "../render/grid.ts";

/** Where a command's answers go: text for eyes on stdout, or, with `--json`, one object a line there and nothing else. */
export interface Output {
  readonly machine: boolean;
  /** One answer for machines; nothing without `--json`. */
  json(value: unknown): void;
  /** Text for eyes on stdout; nothing with `--json`. */
  text(text: string): void;
  /** A table for eyes on stdout; nothing with `--json`. */
  grid(columns: readonly GridColumn[], rows: readonly (readonly string[])[]): void;
  /** Progress, warnings and errors: always on stderr. */
  note(text: string): void;
}

/** Output of this process. */
export function openOutput(machine: boolean): Output {
  const print = (text: string): void => {
    if (!machine) process.stdout.write(text);
  };
  return {
    machine,
    json: (value) => {
      if (machine) process.stdout.write(`${JSON.stringify(value)}\n`);
    },
    text: print,
    grid: (columns, rows) => print(formatGrid(columns, rows, process.stdout.isTTY === true, process.stdout.columns)),
    note: (text) => {
      process.stderr.write(text);
    },
  };
}
