import type { Expression, Span, TextOrigin } from "../expression/expression.ts";
import type { QueryError } from "../expression/problem.ts";
import type { Relation } from "../relation/relation.ts";
import { meantClause, STATEMENT_START } from "./keyword.ts";
import { tokenize } from "./lexer.ts";
import { invalidIdentifier, problemAt, syntaxError } from "./syntax-problem.ts";
import type { Token } from "./token.ts";
import { WindowScope } from "./window-scope.ts";

/** Settings of the session that the meaning of SQL text depends on. */
export interface ParseOptions {
  /** IANA name or offset of the zone that timestamp literals without a zone are in; default UTC. */
  readonly timeZone?: string;
  /** Values of `:name` markers, by name. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** The rules that others lead back to. */
export interface Grammar {
  readonly expression: (parser: Parser) => Expression;
  /** An expression without AND, OR, NOT and predicates such as IN. */
  readonly operand: (parser: Parser) => Expression;
  readonly query: (parser: Parser) => Relation;
}

/** How deep brackets and sub-queries may nest; a chain of operators may be `NESTING_COST` times as long. */
const MAX_NESTING = 300;
const NESTING_COST = 3;

const CLOSING: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
]);

/** A cursor over the tokens of one text: grammar rules are functions that move it. Words compare in upper case. */
export class Parser {
  readonly text: string;
  readonly options: ParseOptions;
  /** The windows of the query being read. */
  windows: WindowScope = new WindowScope();
  readonly #origin: TextOrigin | undefined;
  readonly #grammar: Grammar;
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;
  #closings: ReadonlyMap<number, number> | undefined;

  /** @throws QueryError when the text cannot be cut into tokens. */
  constructor(grammar: Grammar, text: string, origin?: TextOrigin, options: ParseOptions = {}) {
    this.text = text;
    this.options = options;
    this.#origin = origin;
    this.#grammar = grammar;
    this.#tokens = tokenize(text, origin);
  }

  /** Reads an expression. */
  expression(): Expression {
    return this.nested(() => this.#grammar.expression(this));
  }

  /** Reads an expression without AND, OR, NOT and predicates such as IN. */
  operand(): Expression {
    return this.nested(() => this.#grammar.operand(this));
  }

  /** Reads a query, without a closing `;`. */
  query(): Relation {
    return this.nested(() => this.#grammar.query(this));
  }

  /** The token `offset` places ahead. */
  peek(offset = 0): Token {
    return this.#tokens[Math.min(this.#index + offset, this.#tokens.length - 1)] ?? NOWHERE;
  }

  /** The token read last. */
  get last(): Token {
    return this.#tokens[this.#index - 1] ?? NOWHERE;
  }

  /** Takes the next token, whatever it is. */
  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#index++;
    return token;
  }

  /** Whether the next token is one of these words and symbols. */
  at(...keys: readonly string[]): boolean {
    const { key } = this.peek();
    return key !== "" && keys.includes(key);
  }

  /** Whether the tokens from `offset` on are these words and symbols, in this order. */
  sees(keys: readonly string[], offset = 0): boolean {
    return keys.every((key, i) => this.peek(offset + i).key === key);
  }

  /** Takes these words and symbols if they come next, in this order. */
  accept(...keys: readonly string[]): boolean {
    if (!this.sees(keys)) return false;
    this.#index += keys.length;
    return true;
  }

  /** Takes the one of these that comes next and says which. */
  acceptAny(...keys: readonly string[]): string | undefined {
    return this.at(...keys) ? this.next().key : undefined;
  }

  /**
   * Takes these words and symbols.
   *
   * @throws QueryError when others come.
   */
  expect(...keys: readonly string[]): void {
    for (const key of keys) {
      if (!this.accept(key)) throw this.fail(`expected ${/^\w/.test(key) ? key : `'${key}'`}`);
    }
  }

  /** Reads one or more parts between commas. */
  list<T>(part: () => T): T[] {
    const parts = [part()];
    while (this.accept(",")) parts.push(part());
    return parts;
  }

  /** Reads zero or more parts between commas, up to and with the closing bracket. */
  listUntil<T>(close: string, part: () => T): T[] {
    if (this.accept(close)) return [];
    const parts = this.list(part);
    this.expect(close);
    return parts;
  }

  /** Whether the next token can be a name. */
  atName(refused?: ReadonlySet<string>, offset = 0): boolean {
    const { kind, key } = this.peek(offset);
    return kind === "quoted" || (kind === "word" && !refused?.has(key));
  }

  /**
   * Reads a name, with or without back-ticks.
   *
   * @throws QueryError for anything else, and for a bare name with a hyphen.
   */
  name(what = "a name"): string {
    const token = this.peek();
    if (!this.atName()) throw this.fail(`expected ${what}`);
    this.next();
    this.#refuseHyphen(token);
    return token.value;
  }

  /** Reads a name with dots. */
  qualifiedName(what = "a name"): string[] {
    const parts = [this.name(what)];
    while (this.accept(".")) parts.push(this.name(what));
    return parts;
  }

  #refuseHyphen(first: Token): void {
    let last = first;
    for (let i = 0; touches(last, this.peek(i), "-") && this.peek(i + 1).start === this.peek(i).end; i += 2) {
      if (this.peek(i + 1).kind !== "word" && this.peek(i + 1).kind !== "number") break;
      last = this.peek(i + 1);
    }
    if (last === first) return;
    throw invalidIdentifier(this.span(first.start, last.end), this.text.slice(first.start, last.end));
  }

  /** A stretch of the text; without an end, up to the end of the token read last. */
  span(start: number, end: number = this.last.end): Span {
    const origin = this.#origin;
    const last = Math.max(start, end);
    return origin ? { text: this.text, start, end: last, origin } : { text: this.text, start, end: last };
  }

  /** The error that the next token does not fit. `hint` says what would. */
  fail(hint?: string, token: Token = this.peek()): QueryError {
    const { last } = this;
    const typo = token === this.peek() ? this.#typo() : undefined;
    if (typo) return syntaxError(this.span(typo.at.start, typo.at.end), typo.at.value, `did you mean ${typo.meant}?`);
    if (token.kind === "end") return syntaxError(this.span(Math.max(0, last.end - 1), last.end), "", hint);
    return syntaxError(this.span(token.start, token.end), this.text.slice(token.start, token.end), hint);
  }

  #typo(): { readonly at: Token; readonly meant: string } | undefined {
    for (const at of [this.peek(), this.last]) {
      const meant = at.kind === "word" ? meantClause(at.key) : undefined;
      if (meant !== undefined) return { at, meant };
    }
    return undefined;
  }

  /** Ends the reading: nothing but `;` may follow. */
  expectEnd(): void {
    while (this.accept(";"));
    if (this.peek().kind === "end") return;
    const next = [this.last, this.peek()].find((token) => this.#beginsStatement(token));
    if (next) throw this.fail("a statement begins here: end the one before it with ';'", next);
    throw this.fail(`extra input '${this.peek().value}'`);
  }

  /** Whether a token is the first of its line, and a word that begins statements: the one before it lacks its end. */
  #beginsStatement({ kind, key, start }: Token): boolean {
    const before = this.text.slice(0, start);
    return kind === "word" && STATEMENT_START.has(key) && /\S/.test(before) && /\n[ \t]*$/.test(before);
  }

  /** Runs a rule one level deeper. */
  nested<T>(rule: () => T): T {
    this.deepen(NESTING_COST);
    const result = rule();
    this.release(NESTING_COST);
    return result;
  }

  /** Counts levels until `release`, for trees that grow in a loop. */
  deepen(levels = 1): void {
    this.#depth += levels;
    if (this.#depth > MAX_NESTING * NESTING_COST) throw this.#tooDeep();
  }

  /** Takes back `levels` of `deepen`. */
  release(levels: number): void {
    this.#depth -= levels;
  }

  #tooDeep(): QueryError {
    const { start, end } = this.peek();
    return problemAt(
      this.span(start, end),
      `The query nests deeper than ${MAX_NESTING} levels. Split it into several views or WITH definitions.`,
      { limit: String(MAX_NESTING) },
      { condition: "FAILED_TO_PARSE_TOO_COMPLEX", sqlState: "54001" },
    );
  }

  /** How many tokens ahead the bracket that opens `offset` tokens ahead is closed; undefined when it is not. */
  closing(offset = 0): number | undefined {
    this.#closings ??= matchBrackets(this.#tokens);
    const found = this.#closings.get(this.#index + offset);
    return found === undefined ? undefined : found - this.#index;
  }
}

const NOWHERE: Token = { kind: "end", key: "", value: "", start: 0, end: 0 };

function touches(left: Token, right: Token, key: string): boolean {
  return left.kind === "word" && right.key === key && right.start === left.end;
}

function matchBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, key }, index) => {
    if (kind !== "symbol") return;
    if (CLOSING.has(key)) open.push(index);
    const innermost = open.at(-1);
    if (innermost === undefined || CLOSING.get(tokens[innermost]?.key ?? "") !== key) return;
    open.pop();
    closings.set(innermost, index);
  });
  return closings;
}
