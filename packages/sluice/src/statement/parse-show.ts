import { type Parser, unsupported } from "@sluice/query";
import { parseKey, parseNameReference, parsePattern } from "./parse-name.ts";
import type { NameReference, Statement } from "./statement.ts";

/** Reads `SHOW` in all its forms. */
export function parseShow(parser: Parser): Statement {
  parser.expect("SHOW");
  const { start, key, end } = parser.next();
  switch (key) {
    case "TABLES":
      return { kind: "ShowTables", ...parseIn(parser), ...parsePattern(parser) };
    case "VIEWS":
      return { kind: "ShowViews", ...parseIn(parser), ...parsePattern(parser) };
    case "SCHEMAS":
    case "DATABASES":
    case "NAMESPACES":
      parseIn(parser);
      return { kind: "ShowSchemas", ...parsePattern(parser) };
    case "COLUMNS":
      return parseShowColumns(parser);
    case "PARTITIONS":
      return parseShowPartitions(parser);
    case "TBLPROPERTIES":
      return parseShowProperties(parser);
    case "CREATE":
      parser.expect("TABLE");
      return { kind: "ShowCreateTable", table: parseNameReference(parser, "a table") };
    case "FUNCTIONS":
    case "USER":
    case "SYSTEM":
    case "ALL":
      return parseShowFunctions(parser, key);
    default:
      throw unsupported(
        parser.span(start, end),
        `SHOW ${key}`,
        "SHOW can say TABLES, VIEWS, SCHEMAS, COLUMNS, PARTITIONS, TBLPROPERTIES, CREATE TABLE and FUNCTIONS.",
      );
  }
}

function parseIn(parser: Parser): { readonly schema?: NameReference } {
  return parser.acceptAny("IN", "FROM") === undefined ? {} : { schema: parseNameReference(parser, "a schema") };
}

function parseShowColumns(parser: Parser): Statement {
  if (parser.acceptAny("IN", "FROM") === undefined) throw parser.fail("expected IN and the name of a table");
  const table = parseNameReference(parser, "a table");
  const { schema } = parseIn(parser);
  if (schema === undefined) return { kind: "ShowColumns", table };
  return { kind: "ShowColumns", table: { ...table, parts: [...schema.parts, ...table.parts.slice(-1)] } };
}

function parseShowPartitions(parser: Parser): Statement {
  const table = parseNameReference(parser, "a table");
  if (!parser.accept("PARTITION")) return { kind: "ShowPartitions", table, values: [] };
  parser.expect("(");
  const values = parser.listUntil(")", () => {
    const column = parseNameReference(parser, "a partition column");
    parser.expect("=");
    return { column, value: parser.expression() };
  });
  return { kind: "ShowPartitions", table, values };
}

function parseShowProperties(parser: Parser): Statement {
  const table = parseNameReference(parser, "a table");
  if (!parser.accept("(")) return { kind: "ShowProperties", table };
  const key = parseKey(parser);
  parser.expect(")");
  return { kind: "ShowProperties", table, key };
}

function parseShowFunctions(parser: Parser, first: string): Statement {
  if (first !== "FUNCTIONS") parser.expect("FUNCTIONS");
  parseIn(parser);
  const { pattern } = parsePattern(parser);
  if (pattern !== undefined) return { kind: "ShowFunctions", pattern };
  return parser.atName() ? { kind: "ShowFunctions", pattern: parser.name() } : { kind: "ShowFunctions" };
}
