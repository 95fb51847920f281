export type TokenKind = "word" | "quoted" | "string" | "number" | "symbol" | "end";

/** A piece of SQL text. Offsets are UTF-16 units, `end` excluded. */
export interface Token {
  readonly kind: TokenKind;
  /** What grammar rules compare: the word in upper case, the symbol itself, empty for everything else. */
  readonly key: string;
  /** A word or number as written, the name inside back-ticks, the text that a string stands for, the symbol. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}
