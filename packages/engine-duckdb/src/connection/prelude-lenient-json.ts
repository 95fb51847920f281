import { ofTexts, type PreludeFunction } from "./prelude-definition.ts";
import { NUMBER_MARK } from "./written-number.ts";

/**
 * What is allowed beyond JSON: comments, unquoted names, single quotes, zeros before numbers, NaN and infinities, any escape, control characters; whether numbers
 * are to be marked; and whether it is for a variant (`v`), in which NaN is a number and whose reader finds names that come twice.
 */
type Allowed = ReadonlySet<string>;

const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PADDED = /-?0*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const NOT_FINITE = /NaN|[+-]?(?:Infinity|INF)/y;
const SPACE = /[ \t\r\n]*/y;
const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n\r]*/y;
const LITERAL = /(?:true|false|null)(?![\p{L}\p{N}_$])/uy;
const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** Rewrites lenient JSON as JSON. Of what follows the first value nothing is asked, as Spark does not. */
class Rewriter {
  readonly #text: string;
  readonly #allowed: Allowed;
  #at = 0;

  constructor(text: string, allowed: Allowed) {
    this.#text = text.replace(/^\ufeff/, "");
    this.#allowed = allowed;
  }

  /** The first value; undefined when it is malformed. */
  value(depth = 0): string | undefined {
    this.#skip();
    const char = this.#text[this.#at];
    if (depth > 900 || char === undefined) return undefined;
    if (char === "{") return this.#members("}", () => this.#member(depth + 1));
    if (char === "[") return this.#members("]", () => this.value(depth + 1));
    if (char === '"' || (char === "'" && this.#allowed.has("s"))) return this.#string(char);
    return this.#take(LITERAL) ?? this.#number();
  }

  #members(close: string, read: () => string | undefined): string | undefined {
    const open = this.#text[this.#at++];
    const members: string[] = [];
    for (;;) {
      this.#skip();
      if (members.length === 0 && this.#text[this.#at] === close) break;
      const member = read();
      if (member === undefined) return undefined;
      members.push(member);
      this.#skip();
      const next = this.#text[this.#at];
      if (next === close) break;
      if (next !== ",") return undefined;
      this.#at++;
    }
    this.#at++;
    const kept = this.#allowed.has("v") ? members : lastOfEach(members, close);
    return `${open}${kept.join(",")}${close}`;
  }

  #member(depth: number): string | undefined {
    const char = this.#text[this.#at];
    const quoted = char === '"' || (char === "'" && this.#allowed.has("s"));
    const name = quoted ? this.#string(char) : this.#bareName();
    this.#skip();
    if (name === undefined || this.#text[this.#at] !== ":") return undefined;
    this.#at++;
    const value = this.value(depth);
    return value === undefined ? undefined : `${name}:${value}`;
  }

  #bareName(): string | undefined {
    const name = this.#allowed.has("u") ? this.#take(NAME) : undefined;
    return name === undefined ? undefined : JSON.stringify(name);
  }

  #number(): string | undefined {
    const special = this.#take(NOT_FINITE);
    if (special !== undefined && !this.#allowed.has("n")) return undefined;
    if (special !== undefined) return this.#allowed.has("v") ? notFinite(special) : JSON.stringify(special);
    if (this.#allowed.has("z")) {
      PADDED.lastIndex = this.#at;
      const padded = PADDED.exec(this.#text);
      if (padded === null) return undefined;
      this.#at += padded[0].length;
      return this.#numeral(`${padded[0].startsWith("-") ? "-" : ""}${(padded[1] ?? "0").replace(/^0+(?=\d)/, "")}`);
    }
    const number = this.#take(NUMBER);
    return number === undefined || /[\w.]/.test(this.#text[this.#at] ?? "") ? undefined : this.#numeral(number);
  }

  #numeral(text: string): string {
    return this.#allowed.has("m") && /[.eE]|^-0$/.test(text) ? JSON.stringify(`${NUMBER_MARK}${text}`) : text;
  }

  #string(quote: string): string | undefined {
    let value = "";
    for (this.#at++; ; ) {
      const char = this.#text[this.#at++];
      if (char === undefined) return undefined;
      if (char === quote) return JSON.stringify(value);
      if (char === "\\") {
        const escaped = this.#escape();
        if (escaped === undefined) return undefined;
        value += escaped;
      } else if (char < " " && !this.#allowed.has("t")) return undefined;
      else value += char;
    }
  }

  #escape(): string | undefined {
    const known = this.#take(ESCAPE);
    if (known !== undefined) return String(JSON.parse(`"\\${known}"`));
    const any = this.#text[this.#at++];
    return any !== undefined && (this.#allowed.has("b") || (any === "'" && this.#allowed.has("s"))) ? any : undefined;
  }

  #skip(): void {
    for (;;) {
      this.#take(SPACE);
      if (!this.#allowed.has("c") || this.#take(COMMENT) === undefined) return;
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}

/** A number that is too large for a double is read as an infinite one. */
function notFinite(text: string): string {
  return text === "NaN" ? text : `${text.startsWith("-") ? "-" : ""}1e999`;
}

/** Of members with the same name Spark takes the last; its place is the first's. */
function lastOfEach(members: readonly string[], close: string): readonly string[] {
  if (close === "]") return members;
  const byName = new Map(members.map((one) => [/^"(?:[^"\\]|\\.)*"/.exec(one)?.[0], one]));
  return byName.size === members.length ? members : [...byName.values()];
}

/** A text that Spark's parser takes for JSON as JSON, where the letters of `js_lenient_json` are allowed; undefined when it is malformed. */
export function lenientJson(text: string, allowed: string): string | undefined {
  return new Rewriter(text, new Set(allowed)).value();
}

/** What this folder's JSON readers ask for when DuckDB says that a text is no JSON. */
export const LENIENT_JSON_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_lenient_json: ofTexts(2, (text = "", allowed = "") => lenientJson(text, allowed) ?? null),
};
