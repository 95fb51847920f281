import { ABSENT_NAMES, FUNCTION_GROUPS, type FunctionEntry, MACRO_NAMES } from "@sluice/query";
import * as api from "../../packages/query/src/api/functions/index.ts";

const HEAD = `# Functions

Every function of Spark SQL that pipelines, expectations and \`sluice query\` can use, by theme, with the name that it has in TypeScript
(\`import { dateTrunc } from "sluice"\`). Names are those of Spark and mean the same; letter case does not matter in SQL. Where a name is missing in TypeScript,
\`expr("..")\` takes any of them. This page is written from the catalogue by a test.
`;

const API = new Map(Object.keys(api).map((name) => [name.toLowerCase(), name]));

function inTypeScript(entry: FunctionEntry): string {
  const names = [entry.name, ...entry.aliases].map((name) => API.get(name.replaceAll("_", "").toLowerCase()));
  return [...new Set(names.filter((name) => name !== undefined))].map((name) => `\`${name}\``).join(", ");
}

function code(name: string): string {
  return `\`${name.replaceAll("|", "\\|")}\``;
}

function cells(entry: FunctionEntry): readonly string[] {
  return [code(entry.name), entry.aliases.map(code).join(", "), inTypeScript(entry)];
}

/** A table as the formatter wants it: columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)];
}

function group(title: string, entries: readonly FunctionEntry[]): string {
  const rows = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(cells);
  return [`## ${title}`, "", ...table([["SQL", "also", "TypeScript"], ...rows]), ""].join("\n");
}

function absent(): string {
  const known = ABSENT_NAMES.map(([reason, names]) => `- ${names.map(code).join(", ")}: ${reason}.`);
  return ["## Not here", "", "Refused at `validate`, with their place:", "", ...known, ""].join("\n");
}

/** The page of all functions, as the catalogue and the engine have them. */
export function functionReference(): string {
  const groups = Object.entries(FUNCTION_GROUPS).map(([title, entries]) => group(title, entries));
  const short = `## Short forms\n\nWritten out as other expressions: ${[...new Set(MACRO_NAMES)].map(code).join(", ")}.\n`;
  return [HEAD, ...groups, short, absent()].join("\n");
}
