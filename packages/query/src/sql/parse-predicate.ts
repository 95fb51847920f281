import type { Call, Expression, InSubquery } from "../expression/expression.ts";
import { connect } from "./connective.ts";
import type { Parser } from "./cursor.ts";
import { parseString } from "./parse-literal.ts";
import { atQuery } from "./query-start.ts";
import { problemAt } from "./syntax-problem.ts";

const STARTS = ["IN", "BETWEEN", "LIKE", "ILIKE", "RLIKE", "REGEXP"];

/** Whether IN, BETWEEN, LIKE and the like, with NOT or without, or IS comes next. */
export function atPredicate(parser: Parser): boolean {
  if (parser.at("NOT")) return STARTS.includes(parser.peek(1).key);
  return parser.at("IS", ...STARTS);
}

/** Reads a predicate behind its left side, which begins at `start`. `operand` reads an operand of it. */
export function parsePredicate(parser: Parser, left: Expression, start: number, operand: () => Expression): Expression {
  const negated = parser.accept("NOT");
  const { key } = parser.next();
  const call = (name: string, args: readonly Expression[]): Call => ({
    ...{ kind: "Call", name, args, span: parser.span(start) },
  });
  const finish = (positive: Expression): Expression => (negated ? call("not", [positive]) : positive);
  switch (key) {
    case "IS":
      return parseIs(parser, left, operand, call);
    case "IN":
      return finish(parseIn(parser, left, start, call));
    case "BETWEEN": {
      const low = operand();
      parser.expect("AND");
      return finish(call("between", [left, low, operand()]));
    }
    case "LIKE":
    case "ILIKE":
      if (parser.at("ANY", "SOME", "ALL") && parser.peek(1).key === "(") {
        return parseQuantifiedLike(parser, left, start, key.toLowerCase(), negated);
      }
      return finish(call(key.toLowerCase(), [left, operand(), ...parseEscape(parser)]));
    default:
      return finish(call("rlike", [left, operand()]));
  }
}

type MakeCall = (name: string, args: readonly Expression[]) => Call;

const TESTS: Readonly<Record<string, string>> = {
  ...{ NULL: "isnull", UNKNOWN: "isnull", TRUE: "istrue", FALSE: "isfalse" },
};

function parseIs(parser: Parser, left: Expression, operand: () => Expression, call: MakeCall): Expression {
  const negated = parser.accept("NOT");
  if (parser.accept("DISTINCT", "FROM")) {
    const same = call("<=>", [left, operand()]);
    return negated ? same : call("not", [same]);
  }
  const test = TESTS[parser.peek().key];
  if (test === undefined) throw parser.fail("expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM");
  parser.next();
  if (negated && test === "isnull") return call("isnotnull", [left]);
  return negated ? call("not", [call(test, [left])]) : call(test, [left]);
}

function parseIn(parser: Parser, left: Expression, start: number, call: MakeCall): Expression {
  if (!parser.at("(")) throw parser.fail("expected '(' with a list or a query after IN");
  const query = atQuery(parser, 1);
  parser.expect("(");
  if (!query) {
    const list = parser.list(() => parser.expression());
    parser.expect(")");
    return call("in", [left, ...list]);
  }
  const relation = parser.query();
  parser.expect(")");
  const subquery: InSubquery = {
    kind: "InSubquery",
    values: tupleParts(parser, left, start),
    relation,
    span: parser.span(start),
  };
  return subquery;
}

/** `(a, b) IN (query)` compares the parts; anything else is one value. */
function tupleParts(parser: Parser, left: Expression, start: number): readonly Expression[] {
  const tuple = left.kind === "Call" && left.name === "struct" && parser.text[start] === "(";
  return tuple && left.span?.start === start ? left.args : [left];
}

function parseEscape(parser: Parser): readonly Expression[] {
  const { start } = parser.peek();
  if (!parser.accept("ESCAPE")) return [];
  if (parser.peek().kind !== "string") throw parser.fail("expected the escape character in quotes");
  const character = parseString(parser);
  if (String(character.value).length === 1) return [character];
  throw problemAt(
    parser.span(start),
    `Found an invalid escape string: '${character.value}'. The escape string must contain only one character.`,
    { invalidEscape: `'${character.value}'` },
    { condition: "INVALID_ESC", sqlState: "42604" },
  );
}

function parseQuantifiedLike(
  parser: Parser,
  left: Expression,
  start: number,
  name: string,
  negated: boolean,
): Expression {
  const all = parser.next().key === "ALL";
  parser.expect("(");
  const patterns = parser.list(() => {
    const pattern = parser.expression();
    const span = parser.span(start);
    const like: Expression = { kind: "Call", name, args: [left, pattern], span };
    return negated ? ({ kind: "Call", name: "not", args: [like], span } as const) : like;
  });
  parser.expect(")");
  const { end } = parser.last;
  return connect(
    parser,
    all ? "and" : "or",
    patterns.map((expression) => ({ expression, start, end })),
  );
}
