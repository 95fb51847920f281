import { type Token, tokenize } from "@sluice/query";

/** A statement of a longer text: its own text without the closing `;`, and where it begins: UTF-16 units from the beginning of the text. */
interface StatementText {
  readonly text: string;
  readonly start: number;
}

/** Text cut at each `;` outside of strings, names and comments. `rest` is what stands behind the last one and has words in it; undefined: nothing. */
export interface SplitText {
  readonly statements: readonly StatementText[];
  readonly rest?: StatementText;
}

/**
 * Cuts text into statements. Pieces without words (comments only) are left out.
 *
 * @throws QueryError when the text cannot be cut into tokens: a string, name or comment that is not closed, a character that no SQL has.
 */
export function splitStatements(text: string): SplitText {
  const statements: StatementText[] = [];
  let first: Token | undefined;
  let last: Token | undefined;
  for (const token of tokenize(text)) {
    if (token.kind === "end" || token.key === ";") {
      const piece = first && last && { text: text.slice(first.start, last.end), start: first.start };
      if (token.kind === "end") return { statements, ...(piece && { rest: piece }) };
      if (piece) statements.push(piece);
      first = undefined;
      last = undefined;
      continue;
    }
    first ??= token;
    last = token;
  }
  return { statements };
}
