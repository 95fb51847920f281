import { STRING } from "../data-type/data-type.ts";
import type { Call, Expression, SortKey } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { parseOver, parseSortKeys } from "./parse-window.ts";

/** Reads the brackets of a call behind its name, and FILTER, WITHIN GROUP, IGNORE NULLS and OVER behind them. */
export function parseCall(parser: Parser, writtenName: string, start: number): Expression {
  parser.expect("(");
  const name = writtenName.toLowerCase();
  const distinct = parser.peek(1).key !== ")" && parser.peek(1).key !== "," && acceptQuantifier(parser) === "DISTINCT";
  const { args, argNames } = parseArguments(parser, name === "struct");
  const ignoreInside = parseNulls(parser);
  const orderInside = parser.accept("ORDER", "BY") ? parseSortKeys(parser) : undefined;
  parser.expect(")");
  const orderBy = parseWithinGroup(parser) ?? orderInside;
  const filter = parseFilter(parser);
  const ignoreNulls = parseNulls(parser) ?? ignoreInside;
  const plain: Call = {
    kind: "Call",
    name,
    args: UNIT_FIRST.has(name) ? unitAsText(args) : args,
    span: parser.span(start),
  };
  const isPlain = argNames.length === 0 && !distinct && !filter && !orderBy && !ignoreNulls;
  const call: Call = isPlain
    ? plain
    : {
        ...plain,
        ...(argNames.length > 0 && { argNames }),
        ...(distinct && { distinct }),
        ...(filter && { filter }),
        ...(orderBy && { orderBy }),
        ...(ignoreNulls === true && { ignoreNulls }),
      };
  return parseOver(parser, call, start);
}

function acceptQuantifier(parser: Parser): string | undefined {
  return parser.acceptAny("DISTINCT", "ALL");
}

interface Arguments {
  readonly args: readonly Expression[];
  /** Empty when none has a name. */
  readonly argNames: readonly (string | undefined)[];
}

function parseArguments(parser: Parser, aliases: boolean): Arguments {
  if (parser.at(")")) return { args: [], argNames: [] };
  const named = parser.list(() => {
    const name = parser.atName() && parser.peek(1).key === "=>" ? parser.next().value : undefined;
    if (name !== undefined) parser.expect("=>");
    return { name, value: parseArgument(parser, aliases) };
  });
  const argNames = named.some(({ name }) => name !== undefined) ? named.map(({ name }) => name) : [];
  return { args: named.map(({ value }) => value), argNames };
}

function parseArgument(parser: Parser, aliases: boolean): Expression {
  const { start } = parser.peek();
  const expression = parser.expression();
  if (!aliases || !(parser.accept("AS") || parser.atName())) return expression;
  return { kind: "Alias", expression, names: [parser.name()], span: parser.span(start) };
}

/** True for IGNORE NULLS, false for RESPECT NULLS. */
function parseNulls(parser: Parser): boolean | undefined {
  if (parser.accept("IGNORE", "NULLS")) return true;
  return parser.accept("RESPECT", "NULLS") ? false : undefined;
}

function parseWithinGroup(parser: Parser): readonly SortKey[] | undefined {
  if (!parser.accept("WITHIN", "GROUP")) return undefined;
  parser.expect("(", "ORDER", "BY");
  const keys = parseSortKeys(parser);
  parser.expect(")");
  return keys;
}

function parseFilter(parser: Parser): Expression | undefined {
  if (!parser.accept("FILTER", "(")) return undefined;
  parser.expect("WHERE");
  const condition = parser.expression();
  parser.expect(")");
  return condition;
}

/** Functions of three arguments whose first is a bare unit of time. */
export const UNIT_FIRST: ReadonlySet<string> = new Set([
  ...["timestampadd", "dateadd", "date_add", "timestampdiff", "datediff", "date_diff", "timediff"],
]);

const UNIT = /^(?:YEAR|QUARTER|MONTH|WEEK|DAY|DAYOFYEAR|HOUR|MINUTE|SECOND|MILLISECOND|MICROSECOND)S?$/i;

function unitAsText(args: readonly Expression[]): readonly Expression[] {
  const [unit, ...rest] = args;
  if (rest.length !== 2 || unit?.kind !== "ColumnReference" || unit.name.length !== 1) return args;
  const [word = ""] = unit.name;
  if (!UNIT.test(word)) return args;
  return [
    { kind: "Literal", value: word.toUpperCase(), dataType: STRING, ...(unit.span && { span: unit.span }) },
    ...rest,
  ];
}
