import type { Expression, SortKey } from "../expression/expression.ts";
import type { Relation, SetOperation, With } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { parseInlineTable } from "./parse-from.ts";
import { parseSelect, parseWindowClause } from "./parse-select.ts";
import { parseTable } from "./parse-table.ts";
import { parseAlias, parseColumnNames } from "./parse-table-alias.ts";
import { parseSortKeys } from "./parse-window.ts";
import { atQuery } from "./query-start.ts";
import { problemAt, unsupported } from "./syntax-problem.ts";
import { WindowScope } from "./window-scope.ts";

/** Reads a query: WITH, set operations, ORDER BY, LIMIT and OFFSET. */
export function parseWholeQuery(parser: Parser): Relation {
  const outer = parser.windows;
  parser.windows = new WindowScope();
  const { start } = parser.peek();
  const names = parser.at("WITH") ? parseDefinitions(parser) : undefined;
  const input = parseOrganization(parser, parseUnion(parser), start);
  parser.windows.resolve();
  parser.windows = outer;
  if (parser.at("|>")) throw pipe(parser);
  return names ? { kind: "With", ...names, input, span: parser.span(start) } : input;
}

function pipe(parser: Parser): Error {
  const { start, end } = parser.peek();
  const instead =
    "Write clauses in one query, and queries in FROM: SELECT .. FROM (SELECT .. FROM t WHERE ..) GROUP BY ..";
  return unsupported(parser.span(start, end), "SQL pipe syntax (|>)", instead);
}

function parseDefinitions(parser: Parser): Pick<With, "definitions" | "recursive"> {
  parser.expect("WITH");
  const recursive = parser.at("RECURSIVE") && parser.atName(undefined, 1) && parser.accept("RECURSIVE");
  const names = new Set<string>();
  const definitions = parser.list(() => {
    const { start, end } = parser.peek();
    const name = parser.name("a name for the query");
    if (names.has(name.toLowerCase())) throw duplicate(parser, name, start, end);
    names.add(name.toLowerCase());
    const columns = atQuery(parser, 1) ? undefined : parseColumnNames(parser);
    const maxLevel = parseMaxLevel(parser, recursive);
    parser.accept("AS");
    parser.expect("(");
    const relation = parser.query();
    parser.expect(")");
    return { name, ...(columns && { columns }), ...(maxLevel !== undefined && { maxLevel }), relation };
  });
  return { definitions, ...(recursive && { recursive }) };
}

function parseMaxLevel(parser: Parser, recursive: boolean): number | undefined {
  const { start } = parser.peek();
  if (!parser.accept("MAX", "RECURSION", "LEVEL")) return undefined;
  if (!/^\d{1,9}$/.test(parser.peek().value)) throw parser.fail("expected a whole number of levels");
  const level = Number(parser.next().value);
  if (recursive) return level;
  throw problemAt(
    parser.span(start),
    "Operation not allowed: Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE. Write WITH RECURSIVE.",
    {},
    { condition: "_LEGACY_ERROR_TEMP_0035", sqlState: "0A000" },
  );
}

function duplicate(parser: Parser, name: string, start: number, end: number): Error {
  return problemAt(
    parser.span(start, end),
    `CTE definition can't have duplicate names: \`${name}\`.`,
    { duplicateNames: `\`${name}\`` },
    { condition: "DUPLICATED_CTE_NAMES", sqlState: "42602" },
  );
}

const UNION_WORDS = ["UNION", "EXCEPT", "MINUS", "SETMINUS"];

function parseUnion(parser: Parser): Relation {
  return parseSetOperations(parser, UNION_WORDS, () =>
    parseSetOperations(parser, ["INTERSECT"], () => parseTerm(parser)),
  );
}

function parseSetOperations(parser: Parser, words: readonly string[], operand: () => Relation): Relation {
  const { start } = parser.peek();
  let left = operand();
  let steps = 0;
  for (let word = parser.acceptAny(...words); word !== undefined; word = parser.acceptAny(...words)) {
    const all = parser.acceptAny("ALL", "DISTINCT") === "ALL";
    const byName = parser.accept("BY", "NAME");
    const operation = word === "UNION" ? "union" : word === "INTERSECT" ? "intersect" : "except";
    const right = operand();
    const node: SetOperation = {
      ...{ kind: "SetOperation", left, right, operation, all, byName, allowMissingColumns: false },
      span: parser.span(start),
    };
    left = node;
    parser.deepen();
    steps++;
  }
  parser.release(steps);
  return left;
}

/** Reads one operand of set operations. */
function parseTerm(parser: Parser): Relation {
  const { start, key, value } = parser.peek();
  switch (key) {
    case "SELECT":
    case "FROM":
      return parseSelect(parser);
    case "VALUES":
      return parseAlias(parser, parseInlineTable(parser), start);
    case "TABLE":
      parser.next();
      return parseTable(parser);
    case "(": {
      parser.next();
      const query = parser.query();
      parser.expect(")");
      return query;
    }
    default:
      throw parser.fail(
        STATEMENTS.has(key) ? `${value.toUpperCase()} is a statement, not a query` : "expected a query",
      );
  }
}

const STATEMENTS: ReadonlySet<string> = new Set([
  ...["INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "DROP", "ALTER", "SET", "USE", "SHOW", "DESCRIBE", "DESC"],
  ...[
    "EXPLAIN",
    "REFRESH",
    "ANALYZE",
    "TRUNCATE",
    "CACHE",
    "UNCACHE",
    "GRANT",
    "REVOKE",
    "OPTIMIZE",
    "VACUUM",
    "APPLY",
  ],
]);

function parseOrganization(parser: Parser, query: Relation, start: number): Relation {
  let result = query;
  const keys = parseOrder(parser);
  if (keys) result = { kind: "Sort", input: result, keys, span: parser.span(start) };
  if (parser.at("WINDOW")) parseWindowClause(parser);
  let limit = parser.accept("LIMIT") ? parseLimit(parser) : undefined;
  if (parser.accept("OFFSET")) {
    result = { kind: "Offset", input: result, count: parser.expression(), span: parser.span(start) };
    limit ??= parser.accept("LIMIT") ? parseLimit(parser) : undefined;
  }
  return limit ? { kind: "Limit", input: result, count: limit, span: parser.span(start) } : result;
}

function parseLimit(parser: Parser): Expression | undefined {
  return parser.accept("ALL") ? undefined : parser.expression();
}

/** ORDER BY, SORT BY and CLUSTER BY sort; DISTRIBUTE BY says only where rows are computed and is left out. */
function parseOrder(parser: Parser): readonly SortKey[] | undefined {
  let keys: readonly SortKey[] | undefined;
  const seen: string[] = [];
  while (parser.at("ORDER", "SORT", "CLUSTER", "DISTRIBUTE") && parser.peek(1).key === "BY") {
    const { start, key } = parser.next();
    parser.expect("BY");
    const read = parseSortKeys(parser);
    if (key !== "DISTRIBUTE") keys = read;
    seen.push(key);
    if (seen.length > 1 && seen.join() !== "DISTRIBUTE,SORT") throw tooManyOrders(parser, start);
  }
  return keys;
}

function tooManyOrders(parser: Parser, start: number): Error {
  return problemAt(
    parser.span(start),
    "The feature is not supported: Combination of ORDER BY/SORT BY/DISTRIBUTE BY/CLUSTER BY. Keep one of them.",
    {},
    { condition: "UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES", sqlState: "0A000" },
  );
}
