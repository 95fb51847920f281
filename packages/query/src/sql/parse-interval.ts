import { INTEGER } from "../data-type/data-type.ts";
import { intervalTypeOf } from "../data-type/interval-type.ts";
import { readInterval } from "../data-type/read-interval.ts";
import type { Expression, Span } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { type IntervalPart, intervalOf, intervalUnit, partsOfText } from "./interval-units.ts";
import { invalidLiteral, problemAt } from "./syntax-problem.ts";

const EXAMPLE = "Write it like INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH or INTERVAL 2 HOURS 30 MINUTES.";

/** Whether the word INTERVAL that comes next begins a literal; otherwise it is a name. */
export function atInterval(parser: Parser): boolean {
  if (!parser.at("INTERVAL")) return false;
  const sign = atSign(parser, 1) ? 1 : 0;
  const { kind } = parser.peek(1 + sign);
  return (kind === "string" && sign === 0) || unitAfterAmount(parser, 1) !== undefined || unitAfterValue(parser) > 0;
}

/** Reads an interval of any form: `'..'`, `'..' DAY TO SECOND`, `1 DAY 2 HOURS`, or an expression with a unit, which becomes a call of make_*_interval. */
export function parseInterval(parser: Parser, start: number): Expression {
  parser.expect("INTERVAL");
  const token = parser.peek();
  if (unitAfterAmount(parser, 0) !== undefined) return units(parser, start);
  if (unitAfterValue(parser, 0) > 0) return computed(parser, start);
  parser.next();
  const parts = partsOfText(token.value);
  return placed(parts && intervalOf(parts), token.value, parser.span(start));
}

function units(parser: Parser, start: number): Expression {
  const parts: IntervalPart[] = [];
  while (unitAfterAmount(parser, 0) !== undefined) {
    const from = parser.peek().start;
    const amount = signedAmount(parser);
    const unit = intervalUnit(parser.next().value) ?? "";
    if (parts.length === 0 && parser.at("TO")) return range(parser, start, amount, unit);
    placed(intervalOf([{ amount, unit }]), amount, parser.span(from));
    parts.push({ amount, unit });
  }
  return placed(intervalOf(parts), parser.text.slice(start, parser.last.end), parser.span(start));
}

function signedAmount(parser: Parser): string {
  const sign = atSign(parser, 0) ? parser.next().key : "";
  const { value } = parser.next();
  if (sign !== "-") return value;
  return value.trim().startsWith("-") ? value.trim().slice(1) : `-${value.trim()}`;
}

function range(parser: Parser, start: number, text: string, from: string): Expression {
  parser.expect("TO");
  const to = intervalUnit(parser.next().value) ?? "";
  const span = parser.span(start);
  const type = from === to ? undefined : intervalTypeOf(from, to);
  if (type === undefined) {
    throw problemAt(
      span,
      `Error parsing '${text}' to interval: ${from} TO ${to} is no range of an interval. Use YEAR TO MONTH, or two of DAY, HOUR, MINUTE, SECOND in this order.`,
      { input: text, from, to },
      { condition: "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", sqlState: "22006" },
    );
  }
  const read = readInterval(text, type);
  if (typeof read !== "bigint") throw problemAt(span, read.message, { input: text }, { ...read, sqlState: "22006" });
  return { kind: "Literal", value: type.kind === "interval_year_month" ? Number(read) : read, dataType: type, span };
}

function placed(interval: ReturnType<typeof intervalOf>, text: string, span: Span): Expression {
  if (interval === undefined) throw invalidLiteral(span, "INTERVAL", text, EXAMPLE);
  if ("kind" in interval) return { ...interval, span };
  throw problemAt(
    span,
    `Error parsing '${text}' to interval. ${interval.message}`,
    { input: text },
    { ...interval, sqlState: "22006" },
  );
}

function atSign(parser: Parser, offset: number): boolean {
  return ["-", "+"].includes(parser.peek(offset).key);
}

/** The unit behind a number or string `offset` tokens ahead. */
function unitAfterAmount(parser: Parser, offset: number): string | undefined {
  const at = offset + (atSign(parser, offset) ? 1 : 0);
  const { kind } = parser.peek(at);
  const unit = parser.peek(at + 1);
  return (kind === "number" || kind === "string") && unit.kind === "word" ? intervalUnit(unit.value) : undefined;
}

/** How many tokens an amount that is a column or stands in brackets takes, when a unit follows it; else 0. */
function unitAfterValue(parser: Parser, offset = 1): number {
  const { kind, key } = parser.peek(offset);
  const close = key === "(" ? parser.closing(offset) : undefined;
  const length =
    close === undefined ? (kind === "word" || kind === "quoted" || key === ":" ? 1 : 0) : close - offset + 1;
  const unit = parser.peek(offset + length + (key === ":" ? 1 : 0));
  return length > 0 && unit.kind === "word" && intervalUnit(unit.value) !== undefined ? length : 0;
}

const DAY_TIME = ["DAY", "HOUR", "MINUTE", "SECOND"];

function computed(parser: Parser, start: number): Expression {
  const bracket = parser.accept("(");
  const amount = parser.expression();
  if (bracket) parser.expect(")");
  const unitToken = parser.next();
  const unit = intervalUnit(unitToken.value) ?? "";
  const span = parser.span(start);
  const zero: Expression = { kind: "Literal", value: 0, dataType: INTEGER, span };
  const position = DAY_TIME.indexOf(unit);
  if (position >= 0) return made("make_dt_interval", [...Array(position).fill(zero), amount], span);
  if (unit === "WEEK") return made("make_dt_interval", [product(amount, 7, span)], span);
  if (unit === "YEAR") return made("make_ym_interval", [amount], span);
  if (unit === "MONTH") return made("make_ym_interval", [zero, amount], span);
  throw parser.fail(
    "an interval of an expression is in YEARS, MONTHS, WEEKS, DAYS, HOURS, MINUTES or SECONDS",
    unitToken,
  );
}

function made(name: string, args: readonly Expression[], span: Span): Expression {
  return { kind: "Call", name, args, span };
}

function product(amount: Expression, factor: number, span: Span): Expression {
  return made("*", [amount, { kind: "Literal", value: factor, dataType: INTEGER, span }], span);
}
