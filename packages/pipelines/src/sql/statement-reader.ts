import { type Origin, originOf, type Parser, parseIdentifierClause, parseString } from "@sluice/query";
import type { ErrorCode, ErrorParams } from "../diagnostics/error-params.ts";
import { fromQueryError, isQueryError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { type NameDefaults, qualified } from "./name-defaults.ts";

/** One statement being read: the cursor, and what was found wrong without stopping. */
export class StatementReader {
  readonly parser: Parser;
  readonly names: NameDefaults;
  readonly errors: PipelineError[] = [];
  readonly warnings: PipelineError[] = [];
  readonly #at: Origin | undefined;

  /** `at` is the place of text that stands in no file of its own. */
  constructor(parser: Parser, names: NameDefaults, at?: Origin) {
    this.parser = parser;
    this.names = names;
    this.#at = at;
  }

  /** Where a token or the next one begins in the file. */
  place(start: number = this.parser.peek().start): Origin {
    const origin = originOf(this.parser.span(start, start + 1)) ?? this.#at;
    if (origin === undefined) throw new Error("a statement's text has no file");
    return origin;
  }

  /** Keeps a mistake, at the next token unless told otherwise. */
  report<Code extends ErrorCode>(code: Code, params: ErrorParams[Code], origin: Origin = this.place()): void {
    const error = new PipelineError(code, params, { origin });
    (error.severity === "warning" ? this.warnings : this.errors).push(error);
  }

  /** Keeps that something is not there, and what to do instead. */
  refuse(feature: string, plan: string, origin: Origin = this.place()): void {
    this.report("UNSUPPORTED_FEATURE", { feature, plan }, origin);
  }

  /** What `read` gives; undefined when the text cannot be read on, which is kept among the errors. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!isQueryError(error)) throw error;
      this.errors.push(...fromQueryError(error));
      return undefined;
    }
  }

  /** Reads the name of a dataset, flow or function in parts, also as `IDENTIFIER(..)`. */
  name(what: string): readonly string[] {
    return parseIdentifierClause(this.parser) ?? this.parser.qualifiedName(what);
  }

  /** Reads the name of a dataset or flow of the pipeline: completed by USE, as text with dots. */
  pipelineName(what: string): string {
    return qualified(this.name(what), this.names).map(quoted).join(".");
  }

  /** Reads a string. */
  text(what: string): string {
    if (this.parser.peek().kind !== "string") throw this.parser.fail(`expected ${what}`);
    return String(parseString(this.parser).value);
  }

  /** Reads column names in brackets. */
  columns(): readonly string[] {
    this.parser.expect("(");
    const columns = this.parser.list(() => this.parser.name("a column"));
    this.parser.expect(")");
    return columns;
  }

  /** Passes over brackets with what is in them. */
  skipBrackets(): void {
    const closing = this.parser.closing();
    if (closing === undefined) throw this.parser.fail();
    for (let i = 0; i <= closing; i++) this.parser.next();
  }

  /** Passes over everything up to one of these words outside of brackets, or the end. */
  skipTo(...words: readonly string[]): void {
    while (this.parser.peek().kind !== "end" && !this.parser.at(...words)) {
      if (this.parser.at("(") && this.parser.closing() !== undefined) this.skipBrackets();
      else this.parser.next();
    }
  }
}

function quoted(part: string): string {
  return /^\w+$/.test(part) ? part : `\`${part.replaceAll("`", "``")}\``;
}
