import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { parseNumber, parseString } from "./parse-literal.ts";
import { problemAt, unsupported } from "./syntax-problem.ts";
import { unsupportedRelation } from "./unsupported-relation.ts";

/** Reads TABLESAMPLE and WATERMARK behind a relation that begins at `start`, before its alias. */
export function parseSampleAndWatermark(parser: Parser, input: Relation, start: number): Relation {
  const sampled = parser.at("TABLESAMPLE") ? parseSample(parser, input, start) : input;
  return parser.at("WATERMARK") && !atAlias(parser) ? parseWatermark(parser, sampled, start) : sampled;
}

function atAlias(parser: Parser): boolean {
  const { kind, key } = parser.peek(1);
  return kind !== "quoted" && kind !== "word" && key !== "(";
}

function parseSample(parser: Parser, input: Relation, start: number): Relation {
  const from = parser.peek().start;
  parser.expect("TABLESAMPLE");
  const method = parser.acceptAny("SYSTEM", "BERNOULLI");
  parser.expect("(");
  if (method === "SYSTEM" && parser.at("BUCKET")) {
    throw unsupported(parser.span(from), "TABLESAMPLE SYSTEM with BUCKET", "Give PERCENT.");
  }
  const size = parseSize(parser, from);
  parser.expect(")");
  const repeatable = parser.accept("REPEATABLE", "(");
  const seed = repeatable ? Number(parseNumber(parser).value) : undefined;
  if (repeatable) parser.expect(")");
  if (method === "SYSTEM" && repeatable) {
    throw unsupported(parser.span(from), "TABLESAMPLE SYSTEM with REPEATABLE", "Use TABLESAMPLE BERNOULLI.");
  }
  const span = parser.span(start);
  if (typeof size !== "number") return { kind: "Limit", input, count: size, span };
  if (size < 0 || size > 1) {
    throw problemAt(parser.span(from), `Sampling fraction (${size}) must be on interval [0, 1].`);
  }
  return { kind: "Sample", input, fraction: size, ...(seed !== undefined && { seed }), span };
}

/** A fraction, or a number of rows. */
function parseSize(parser: Parser, from: number): number | Expression {
  if (parser.accept("BUCKET")) return parseBucket(parser, from);
  const first = parser.peek();
  const amount = parser.expression();
  if (parser.accept("ROWS")) return amount;
  if (!parser.accept("PERCENT")) throw parser.fail("expected PERCENT or ROWS");
  const text = parser.text.slice(first.start, parser.last.start).trim();
  if (!/^-?[\d.]+$/.test(text)) throw parser.fail("expected a number of percent", first);
  return Number(`${text}e-2`);
}

function parseBucket(parser: Parser, from: number): number {
  const bucket = Number(parseNumber(parser).value);
  parser.expect("OUT", "OF");
  const of = Number(parseNumber(parser).value);
  if (!parser.at("ON")) return bucket / of;
  throw unsupported(parser.span(from), "TABLESAMPLE (BUCKET x OUT OF y ON ..)", "Leave ON out, or give PERCENT.");
}

/** `WATERMARK column DELAY OF interval`, also over an expression with a name. */
function parseWatermark(parser: Parser, input: Relation, start: number): Relation {
  parser.expect("WATERMARK");
  const first = parser.peek();
  const expression = parser.expression();
  const name = parser.accept("AS") ? parser.name("a column") : undefined;
  parser.expect("DELAY", "OF");
  const delay = parseDelay(parser);
  const span = parser.span(start);
  if (name !== undefined) {
    const extended: Relation = { kind: "WithColumns", input, columns: [{ name, expression }], span };
    return { kind: "WithWatermark", input: extended, eventTime: name, delay, span };
  }
  if (expression.kind !== "ColumnReference") {
    const instead = "Give it one: WATERMARK expression AS event_time.";
    return unsupportedRelation(
      parser,
      start,
      parser.span(first.start),
      "WATERMARK over an expression without a name",
      instead,
    );
  }
  return { kind: "WithWatermark", input, eventTime: expression.name.at(-1) ?? "", delay, span };
}

function parseDelay(parser: Parser): string {
  parser.expect("INTERVAL");
  if (parser.peek().kind === "string" && !isCount(parser.peek().value)) return String(parseString(parser).value);
  const words: string[] = [];
  while (parser.peek().kind === "number" || (parser.peek().kind === "string" && isCount(parser.peek().value))) {
    words.push(parser.next().value, parser.next().value);
  }
  if (words.length === 0) throw parser.fail("expected an interval such as INTERVAL 10 MINUTES");
  return words.join(" ");
}

/** Whether a text is a number whose unit follows, `'10' MINUTES`, and not a whole length of time. */
function isCount(text: string): boolean {
  return /^\s*[+-]?[\d.]+\s*$/.test(text);
}
