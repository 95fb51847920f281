import { MACROS } from "../connection/prelude-macros.ts";

interface Expansion {
  /** How often the macro's body names its most named parameter, macros within written out. */
  readonly copies: number;
  readonly size: number;
}

const known = new Map<string, Expansion>();

/** What one call of a macro becomes; undefined for names that are none. */
function expansionOf(name: string): Expansion | undefined {
  const found = known.get(name);
  if (found !== undefined) return found;
  const [, parameters = "", body] = /^\w+\(([^)]*)\) AS (.*)$/s.exec(MACROS[name] ?? "") ?? [];
  if (body === undefined) return undefined;
  const copies = parameters.split(", ").map((parameter) => copiesOf(parameter, body));
  const made = { copies: Math.max(1, ...copies), size: expandedSize(body) };
  known.set(name, made);
  return made;
}

interface Piece {
  readonly token: string;
  /** How often the piece is written when all macros around it are. */
  readonly times: number;
}

/** The pieces of a statement's text, in order. */
function* pieces(sql: string): Generator<Piece> {
  const around = [1];
  for (const [token, macro] of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|(sp_\w+)\(|\w+|\s+|[\s\S]/g)) {
    const times = around.at(-1) ?? 1;
    if (token === ")" && around.length > 1) around.pop();
    if (token === "(") around.push(times);
    if (macro !== undefined) around.push(times * (expansionOf(macro)?.copies ?? 1));
    yield { token, times };
  }
}

/** How often a word stands in a statement once its macros are written out. */
export function copiesOf(word: string, sql: string): number {
  let copies = 0;
  for (const { token, times } of pieces(sql)) if (token === word) copies += times;
  return copies;
}

/** About how many characters a statement has once its macros are written out. */
export function expandedSize(sql: string): number {
  if (!sql.includes("sp_")) return sql.length;
  let size = 0;
  for (const { token, times } of pieces(sql)) {
    const macro = token.startsWith("sp_") ? expansionOf(token.slice(0, -1)) : undefined;
    size += times * (macro?.size ?? token.length);
  }
  return size;
}

const mentioning = new Map<string, boolean>();

/** Whether a statement holds a text once its macros are written out. */
export function mentions(sql: string, text: string): boolean {
  return sql.includes(text) || (sql.match(/sp_\w+(?=\()/g) ?? []).some((name) => macroMentions(name, text));
}

function macroMentions(name: string, text: string): boolean {
  const key = `${name} ${text}`;
  const found = mentioning.get(key);
  if (found !== undefined) return found;
  mentioning.set(key, false);
  const answer = mentions(MACROS[name] ?? "", text);
  mentioning.set(key, answer);
  return answer;
}
