import type { Span } from "../expression/expression.ts";
import { QueryError, unsupportedMessage } from "../expression/problem.ts";

/** How an error of the parser differs from a plain PARSE_SYNTAX_ERROR. */
export interface SyntaxCondition {
  readonly condition: string;
  readonly sqlState: string;
}

const SYNTAX: SyntaxCondition = { condition: "PARSE_SYNTAX_ERROR", sqlState: "42601" };

/** An error at a place of the text under one of Spark's error classes. */
export function problemAt(
  span: Span,
  message: string,
  parameters: Readonly<Record<string, string>> = {},
  { condition, sqlState }: SyntaxCondition = SYNTAX,
): QueryError {
  return new QueryError([{ condition, sqlState, message, parameters, span }]);
}

/** Spark's "Syntax error at or near .."; `hint` says what was expected, without a full stop. */
export function syntaxError(span: Span, found: string, hint = ""): QueryError {
  const near = found === "" ? "end of input" : `'${found}'`;
  const tail = hint === "" ? "" : `: ${hint}`;
  const stop = tail.endsWith("?") ? "" : ".";
  return problemAt(span, `Syntax error at or near ${near}${tail}${stop}`, { error: near, hint: tail });
}

/** A construct of Spark that the trees cannot hold or that only statements have. `instead` is the next step. */
export function unsupported(span: Span, feature: string, instead: string): QueryError {
  return problemAt(span, unsupportedMessage({ feature, instead }), { feature }, UNSUPPORTED);
}

const UNSUPPORTED: SyntaxCondition = { condition: "UNSUPPORTED_FEATURE", sqlState: "0A000" };

/** A typed literal such as `DATE 'x'` whose text is no value of the type. */
export function invalidLiteral(span: Span, type: string, value: string, next: string): QueryError {
  const message = `The value of the typed literal "${type}" is invalid: '${value}'. ${next}`;
  return problemAt(span, message, { valueType: `"${type}"`, value: `'${value}'` }, INVALID_LITERAL);
}

const INVALID_LITERAL: SyntaxCondition = { condition: "INVALID_TYPED_LITERAL", sqlState: "42604" };

/** A name that must stand in back-ticks. */
export function invalidIdentifier(span: Span, name: string): QueryError {
  const message = `The unquoted identifier ${name} is invalid and must be back quoted as: \`${name}\`.`;
  return problemAt(span, message, { ident: name }, { condition: "INVALID_IDENTIFIER", sqlState: "42602" });
}
