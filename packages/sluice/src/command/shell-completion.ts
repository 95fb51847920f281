import { functionNames } from "@sluice/query";
import type { Session } from "../session/session.ts";

const KEYWORDS =
  "SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON USING AS AND OR NOT IN IS NULL LIKE BETWEEN CASE WHEN THEN ELSE END DISTINCT UNION ALL EXCEPT INTERSECT WITH VALUES INSERT INTO OVERWRITE TABLE CREATE REPLACE TEMPORARY VIEW SCHEMA IF EXISTS DROP DESCRIBE EXTENDED DETAIL HISTORY SHOW TABLES VIEWS SCHEMAS COLUMNS TBLPROPERTIES FUNCTIONS EXPLAIN SET USE VERSION TIMESTAMP OF QUALIFY OVER PARTITION PIVOT LATERAL".split(
    " ",
  );

const FRESH_MS = 5000;

/** Completes names and keywords at the end of a line. What tables there are is looked up at most every five seconds. */
export class Completer {
  readonly #session: Session;
  #tables: { readonly at: number; readonly names: readonly string[] } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** What may stand for the last word of `line`, and that word. `text` is all that is typed of the statement: columns of its tables are offered. */
  async complete(text: string, line: string): Promise<[string[], string]> {
    const word = /[\w.]*$/.exec(line)?.[0] ?? "";
    const tables = await this.#names();
    return [completions(word, { tables, columns: await this.#columns(text, tables) }), word];
  }

  async #names(): Promise<readonly string[]> {
    if (this.#tables !== undefined && Date.now() - this.#tables.at < FRESH_MS) return this.#tables.names;
    const listed = await this.#session.catalog.listTables();
    const pipeline = this.#session.state.pipeline === undefined ? [] : ["event_log"];
    const names = [...listed.map((table) => table.name), ...pipeline];
    this.#tables = { at: Date.now(), names };
    return names;
  }

  async #columns(text: string, tables: readonly string[]): Promise<readonly string[]> {
    const words = new Set((text.match(/\w+/g) ?? []).map((word) => word.toLowerCase()));
    const mentioned = tables.filter((table) => words.has(table.toLowerCase()));
    const columns = await Promise.all(mentioned.map((table) => this.#session.table(table).columns.catch(() => [])));
    return [...new Set(columns.flat())];
  }
}

/** What a word may be the beginning of: columns first, then tables, functions and keywords, in the letter case that it was begun in. Behind a dot only columns. */
export function completions(
  word: string,
  { tables, columns }: { readonly tables: readonly string[]; readonly columns: readonly string[] },
): string[] {
  const dot = word.lastIndexOf(".") + 1;
  const [before, part] = [word.slice(0, dot), word.slice(dot)];
  const starts = (name: string): boolean => name.toLowerCase().startsWith(part.toLowerCase());
  if (dot > 0) return columns.filter(starts).map((name) => before + name);
  if (part === "") return [...columns, ...tables];
  const isLower = part === part.toLowerCase();
  const keywords = KEYWORDS.map((keyword) => (isLower ? keyword.toLowerCase() : keyword));
  const functions = functionNames().filter((name) => /^[a-z]/.test(name));
  return [...new Set([...columns, ...tables, ...keywords, ...functions.map((name) => `${name}(`)].filter(starts))];
}
