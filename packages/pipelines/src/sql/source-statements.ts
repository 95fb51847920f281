import { splitStatements } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { TextPlaces } from "./text-places.ts";

/** A statement as it stands in a file, parameters not yet put in. */
export interface SourceStatement {
  readonly text: string;
  /** Of `text` in the file. */
  readonly offset: number;
}

/** The statements of a file, and what was passed over. */
export interface SourceStatements {
  readonly statements: readonly SourceStatement[];
  readonly warnings: readonly PipelineError[];
}

const SEPARATOR = /^-- COMMAND -+[^\S\n]*\r?$/gm;
const MAGIC = /^-- MAGIC %([\w-]+)/m;
const PROSE = ["md", "md-sandbox"];

/**
 * The statements of a SQL file or of an exported notebook, in order. A notebook's cells end statements; cells of text are passed over silently, cells of
 * other languages with a warning. People take the notebook's first line away and leave the marks between its cells: these say what is one.
 */
export function sourceStatements(text: string, places: TextPlaces): SourceStatements {
  const read = cellsOf(text).map((cell) => readCell(cell, places));
  return { statements: read.flatMap((one) => one.statements), warnings: read.flatMap((one) => one.warnings) };
}

interface Cell {
  readonly text: string;
  readonly offset: number;
}

function cellsOf(text: string): readonly Cell[] {
  const cells: Cell[] = [];
  let offset = 0;
  for (const separator of text.matchAll(SEPARATOR)) {
    cells.push({ text: text.slice(offset, separator.index), offset });
    offset = separator.index + separator[0].length;
  }
  return [...cells, { text: text.slice(offset), offset }];
}

function readCell({ text, offset }: Cell, places: TextPlaces): SourceStatements {
  const magic = MAGIC.exec(text);
  const language = magic?.[1]?.toLowerCase();
  if (magic === null || language === undefined) return { statements: statementsOf(text, offset), warnings: [] };
  if (language === "sql") return { statements: statementsOf(withoutMagic(text), offset), warnings: [] };
  const origin = places.at(offset + magic.index);
  const skipped = new PipelineError("NOTEBOOK_CELL_SKIPPED", { language }, { origin });
  return { statements: statementsOf(text, offset), warnings: PROSE.includes(language) ? [] : [skipped] };
}

/** The SQL of a `%sql` cell at the same offsets. */
function withoutMagic(text: string): string {
  return text.replaceAll(/^-- MAGIC(?: %sql\b)?/gm, (prefix) => " ".repeat(prefix.length));
}

function statementsOf(text: string, offset: number): readonly SourceStatement[] {
  return splitStatements(text).map(({ start, end }) => ({ text: text.slice(start, end), offset: offset + start }));
}
