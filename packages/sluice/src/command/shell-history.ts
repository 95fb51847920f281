import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const LIMIT = 1000;

/** What was typed in shells before, and is typed now: kept in a file of the person's, one statement a line. */
export interface ShellHistory {
  /** Newest first. */
  readonly entries: readonly string[];
  readonly limit: number;
  /** Hears of the terminal's list, newest first, which it may change in place; keeps it in the file. */
  follow(history: string[]): void;
  /** A statement is complete: its lines, which the terminal has as entries of their own, become one. */
  join(text: string): void;
}

/** The history of this person: `$SLUICE_HISTORY`, or `sluice/sql_history` in the state folder (`~/.local/state`). One that cannot be kept is done without. */
export function openHistory(file: string = historyFile()): ShellHistory {
  let list: string[] = [];
  return {
    entries: readEntries(file),
    limit: LIMIT,
    follow(history) {
      list = history;
      save(file, list);
    },
    join(text) {
      const lines = text.split("\n");
      if (lines.length === 1 || lines.some((line) => line.includes("--"))) return;
      const places = new Set(lines);
      const kept = list.filter((entry, i) => i >= lines.length || !places.has(entry));
      list.splice(0, list.length, lines.map((line) => line.trim()).join(" "), ...kept);
      save(file, list);
    },
  };
}

function historyFile(): string {
  const state = process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state");
  return process.env["SLUICE_HISTORY"] || join(state, "sluice", "sql_history");
}

function readEntries(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .slice(-LIMIT)
      .reverse();
  } catch {
    return [];
  }
}

function save(file: string, newestFirst: readonly string[]): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${newestFirst.slice(0, LIMIT).toReversed().join("\n")}\n`, { mode: 0o600 });
  } catch {}
}
