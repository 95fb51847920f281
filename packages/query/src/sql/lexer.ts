import type { Span, TextOrigin } from "../expression/expression.ts";
import { stringValue } from "./string-literal.ts";
import { invalidIdentifier, problemAt, syntaxError } from "./syntax-problem.ts";
import type { Token, TokenKind } from "./token.ts";

const BLANK = /(?:\s|--(?:\\\r?\n|[^\r\n])*)+/y;
const RAW_START = /r['"]/iy;
const STRING = /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"/y;
const RAW_STRING = /r(?:'[^']*'|"[^"]*")/iy;
const QUOTED = /`(?:[^`]|``)*`/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:E[+-]?\d+)?(?:BD|[DFLSY])?(?![\p{L}\p{N}_])/iuy;
const WHOLE = /\d+(?![\p{L}\p{N}_])/uy;
/** A word of ASCII characters alone, as nearly all are: cheaper to match than letters of any script. */
const PLAIN_WORD = /\w+(?![\w\u0080-\uffff])/y;
/** What a token is that begins with a character; of others it is to be tried. A dot may begin a number. */
const BEGINS: ReadonlyMap<string, "quoted" | "string" | "maybe raw" | "word" | "whole symbol" | "symbol"> = new Map([
  ...each("ABCDEFGHIJKLMNOPQSTUVWXYZabcdefghijklmnopqstuvwxyz_", "word"),
  ...each("rR", "maybe raw"),
  ...each("'\"", "string"),
  ...each("`", "quoted"),
  ...each("+*/%&^~()[],;@{$}", "whole symbol"),
  ...each("-|<>=!:?", "symbol"),
]);

function each<Kind extends string>(characters: string, kind: Kind): readonly (readonly [string, Kind])[] {
  return [...characters].map((one) => [one, kind]);
}

const ONLY_PLAIN = /^\w+$/;
const WORD = /[\p{L}\p{N}_]+/uy;
const SYMBOL = /<=>|\?::|::|->|=>|\|\||\|>|<<|<=|<>|>=|!=|==|!<|!>|[-+*/%&|^~<>=!()[\],.:;?@${}]/y;

/** Cuts SQL text into tokens: the last one is of kind "end". Blanks and comments (also hints) are left out. `>>` comes as two tokens `>`. */
class Lexer {
  readonly #text: string;
  readonly #origin: TextOrigin | undefined;
  readonly #tokens: Token[] = [];
  #at = 0;

  constructor(text: string, origin: TextOrigin | undefined) {
    this.#text = text;
    this.#origin = origin;
  }

  run(): readonly Token[] {
    this.#skip();
    while (this.#at < this.#text.length) {
      this.#token();
      this.#skip();
    }
    this.#push("end", "", "", 0);
    return this.#tokens;
  }

  #skip(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 32 || code === 10) this.#at++;
      else if (code > 32 && code < 128 && code !== 45 && code !== 47) return;
      else if (this.#sees(BLANK)) this.#at = BLANK.lastIndex;
      else if (this.#text.startsWith("/*", this.#at)) this.#comment();
      else return;
    }
  }

  #comment(): void {
    const start = this.#at;
    let depth = 0;
    do {
      const close = this.#text.indexOf("*/", this.#at);
      const open = this.#text.indexOf("/*", this.#at);
      if (close < 0) throw this.#unclosedComment(start);
      const opens = open >= 0 && open < close;
      depth += opens ? 1 : -1;
      this.#at = (opens ? open : close) + 2;
    } while (depth > 0);
  }

  #unclosedComment(start: number): Error {
    return problemAt(
      this.#span(start, start + 2),
      "Found an unclosed bracketed comment. Please, append */ at the end of the comment.",
      {},
      { condition: "UNCLOSED_BRACKETED_COMMENT", sqlState: "42601" },
    );
  }

  #token(): void {
    const first = this.#text.charAt(this.#at);
    const kind = BEGINS.get(first);
    if (kind === "word") this.#word();
    else if (kind === "whole symbol") this.#push("symbol", first, first, 1);
    else if (kind === "symbol") this.#symbol();
    else if (kind === "string" || (kind === "maybe raw" && this.#sees(RAW_START))) this.#string();
    else if (kind === "maybe raw") this.#word();
    else if (kind === "quoted") this.#quoted();
    else if (!this.#number() && !this.#word()) this.#symbol();
  }

  #string(): void {
    const raw = this.#match(RAW_STRING);
    if (raw) {
      this.#push("string", "", raw.slice(2, -1), raw.length);
      return;
    }
    const found = this.#match(STRING);
    if (!found) throw this.#unclosed("string");
    this.#push("string", "", stringValue(found.slice(1, -1), found.charAt(0), false), found.length);
  }

  #quoted(): void {
    const found = this.#match(QUOTED);
    if (!found) throw this.#unclosed("name in back-ticks");
    this.#push("quoted", "", found.slice(1, -1).replaceAll("``", "`"), found.length);
  }

  #unclosed(what: string): Error {
    return syntaxError(
      this.#span(this.#at, this.#text.length),
      this.#text[this.#at] ?? "",
      `the ${what} that begins here is not closed`,
    );
  }

  #number(): boolean {
    const found = this.#match(NUMBER) ?? this.#match(WHOLE);
    if (!found) return false;
    this.#push("number", "", found, found.length);
    return true;
  }

  #word(): boolean {
    const plain = this.#match(PLAIN_WORD);
    const word = plain ?? this.#match(WORD);
    if (!word) return false;
    if (plain === undefined && !ONLY_PLAIN.test(word))
      throw invalidIdentifier(this.#span(this.#at, this.#at + word.length), word);
    this.#push("word", word.toUpperCase(), word, word.length);
    return true;
  }

  #symbol(): void {
    const found = this.#match(SYMBOL);
    if (!found) {
      const strange = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      throw syntaxError(
        this.#span(this.#at, this.#at + strange.length),
        strange,
        "no SQL text has this character here",
      );
    }
    this.#push("symbol", found, found, found.length);
  }

  #match(pattern: RegExp): string | undefined {
    return this.#sees(pattern) ? this.#text.slice(this.#at, pattern.lastIndex) : undefined;
  }

  #sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    return pattern.test(this.#text);
  }

  #push(kind: TokenKind, key: string, value: string, length: number): void {
    this.#tokens.push({ kind, key, value, start: this.#at, end: this.#at + length });
    this.#at += length;
  }

  #span(start: number, end: number): Span {
    return { text: this.#text, start, end, ...(this.#origin && { origin: this.#origin }) };
  }
}

/**
 * Cuts Spark SQL text into tokens, the last of which is of kind "end". Blanks, comments (nested too) and hints are left out; `>>` comes as two tokens
 * `>`, so that `array<array<int>>` closes twice.
 *
 * @throws QueryError for an unclosed string, name or comment, and for characters that no token begins with.
 */
export function tokenize(text: string, origin?: TextOrigin): readonly Token[] {
  return new Lexer(text, origin).run();
}
