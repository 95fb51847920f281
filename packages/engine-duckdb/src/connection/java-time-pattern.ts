import { perPattern } from "./per-pattern.ts";

/** One piece of a pattern of Java's DateTimeFormatter: a letter repeated, or text that stands for itself. */
export type Piece =
  | { readonly kind: "Field"; readonly letter: string; readonly count: number }
  | { readonly kind: "Text"; readonly text: string }
  | { readonly kind: "Optional"; readonly pieces: readonly Piece[] };

/** The pieces of a pattern, in order. */
export const piecesOf: (pattern: string) => readonly Piece[] = perPattern(split);

function split(pattern: string): readonly Piece[] {
  const open: Piece[][] = [[]];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'|([A-Za-z])\1*|\[|\]|[^A-Za-z'[\]]+/g)) {
    if (token === "[") open.push([]);
    else if (token === "]") close(open);
    else open.at(-1)?.push(pieceOf(token));
  }
  while (open.length > 1) close(open);
  return open[0] ?? [];
}

function close(open: Piece[][]): void {
  const pieces = open.pop() ?? [];
  open.at(-1)?.push({ kind: "Optional", pieces });
}

function pieceOf(token: string): Piece {
  if (token === "''") return { kind: "Text", text: "'" };
  if (token.startsWith("'")) return { kind: "Text", text: token.slice(1, -1).replaceAll("''", "'") };
  if (/[A-Za-z]/.test(token)) return { kind: "Field", letter: token.charAt(0), count: token.length };
  return { kind: "Text", text: token };
}

/** As English has them, from January. */
export const MONTHS: readonly string[] =
  "January February March April May June July August September October November December".split(" ");
/** From Sunday. */
export const DAYS: readonly string[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** A number with zeros in front. */
export function padded(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
