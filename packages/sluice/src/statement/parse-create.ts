import { type Parser, parseColumn, type StructField, unsupported } from "@sluice/query";
import { parseNameReference, parseProperties, parseText } from "./parse-name.ts";
import type { CreateTable, NameReference, Statement } from "./statement.ts";

/** Reads `CREATE TABLE`, `CREATE VIEW` and `CREATE SCHEMA`. */
export function parseCreate(parser: Parser): Statement {
  parser.expect("CREATE");
  const start = parser.peek();
  const replace = parser.accept("OR", "REPLACE");
  const refreshed = parser.accept("OR", "REFRESH");
  const temporary = parser.acceptAny("TEMP", "TEMPORARY") !== undefined;
  if (refreshed || parser.at("STREAMING", "MATERIALIZED", "LIVE", "PRIVATE", "FLOW")) throw declared(parser);
  if (parser.at("GLOBAL", "EXTERNAL", "FUNCTION", "CATALOG", "VOLUME")) throw unknown(parser);
  const what = parser.acceptAny("TABLE", "VIEW", "SCHEMA", "DATABASE");
  switch (what) {
    case "TABLE":
      if (temporary)
        throw unsupported(parser.span(start.start), "CREATE TEMPORARY TABLE", "Use CREATE TEMPORARY VIEW.");
      return parseCreateTable(parser, replace);
    case "VIEW":
      return parseCreateView(parser, replace, temporary, start.start);
    case "SCHEMA":
    case "DATABASE":
      return parseCreateSchema(parser);
    default:
      throw parser.fail("expected TABLE, VIEW or SCHEMA");
  }
}

function declared(parser: Parser): Error {
  const { start, end } = parser.peek();
  const plan = "Put it into a .sql file of the pipeline and run the pipeline.";
  return unsupported(parser.span(start, end), "A pipeline's statement outside of its files", plan);
}

function unknown(parser: Parser): Error {
  const { start, end, key } = parser.peek();
  return unsupported(parser.span(start, end), `CREATE ${key}`, "Create a table, a temporary view or a schema.");
}

function ifNotExists(parser: Parser): boolean {
  return parser.accept("IF", "NOT", "EXISTS");
}

function parseCreateSchema(parser: Parser): Statement {
  const exists = ifNotExists(parser);
  const name = parseNameReference(parser, "a schema");
  if (parser.accept("COMMENT")) parseText(parser, "a comment");
  if (parser.at("LOCATION", "MANAGED")) {
    const { start, end, key } = parser.peek();
    throw unsupported(
      parser.span(start, end),
      `CREATE SCHEMA with ${key}`,
      "A schema is a folder of the session's warehouse.",
    );
  }
  return { kind: "CreateSchema", name, ifNotExists: exists };
}

function parseCreateView(parser: Parser, replace: boolean, temporary: boolean, start: number): Statement {
  if (!temporary) {
    const plan =
      "Views of the session are temporary: CREATE OR REPLACE TEMPORARY VIEW. A view of the pipeline stands in its files.";
    throw unsupported(parser.span(start), "CREATE VIEW", plan);
  }
  const exists = ifNotExists(parser);
  const name = parseNameReference(parser, "a view");
  const columns = parser.at("(") ? parseViewColumns(parser) : undefined;
  if (parser.accept("COMMENT")) parseText(parser, "a comment");
  if (parser.accept("TBLPROPERTIES")) parseProperties(parser);
  parser.expect("AS");
  const query = parser.query();
  return { kind: "CreateView", name, replace, ifNotExists: exists, query, ...(columns && { columns }) };
}

function parseViewColumns(parser: Parser): readonly string[] {
  parser.expect("(");
  return parser.listUntil(")", () => {
    const name = parser.name("a column");
    if (parser.accept("COMMENT")) parseText(parser, "a comment");
    return name;
  });
}

interface Clauses {
  format?: string;
  partitionBy: readonly string[];
  clusterBy: readonly string[];
  location?: string;
  comment?: string;
  properties: Readonly<Record<string, string>>;
  readonly columns: StructField[];
}

function parseCreateTable(parser: Parser, orReplace: boolean): CreateTable {
  const exists = ifNotExists(parser);
  const name: NameReference = parseNameReference(parser, "a table");
  if (parser.at("LIKE", "CLONE", "SHALLOW", "DEEP")) {
    const { start, end, key } = parser.peek();
    throw unsupported(parser.span(start, end), `CREATE TABLE .. ${key}`, "Use CREATE TABLE .. AS SELECT.");
  }
  const columns = parser.accept("(") ? parser.listUntil(")", () => parseTableColumn(parser)) : [];
  const clauses: Clauses = { partitionBy: [], clusterBy: [], properties: {}, columns };
  while (parseClause(parser, clauses));
  const query = parser.accept("AS") || parser.at("SELECT", "WITH", "VALUES", "FROM") ? parser.query() : undefined;
  return { kind: "CreateTable", name, ifNotExists: exists, orReplace, ...clauses, ...(query && { query }) };
}

/** Reads a column; constraints that nothing here checks are refused, not passed over. */
function parseTableColumn(parser: Parser): StructField {
  if (parser.at("CONSTRAINT", "PRIMARY", "FOREIGN") && parser.atName(undefined, 1)) throw constraint(parser);
  const column = parseColumn(parser);
  if (parser.at("GENERATED", "DEFAULT", "PRIMARY", "REFERENCES", "CHECK")) throw constraint(parser);
  return column;
}

function constraint(parser: Parser): Error {
  const { start, end, key } = parser.peek();
  return unsupported(parser.span(start, end), `${key} in CREATE TABLE`, "Leave it out; NOT NULL and COMMENT are kept.");
}

/** Reads one clause behind the columns, in any order; false when none comes. */
function parseClause(parser: Parser, clauses: Clauses): boolean {
  const word = parser.acceptAny("USING", "PARTITIONED", "CLUSTER", "LOCATION", "COMMENT", "TBLPROPERTIES", "OPTIONS");
  switch (word) {
    case "USING":
      clauses.format = parser.name("a format");
      return true;
    case "PARTITIONED":
      parser.expect("BY", "(");
      clauses.partitionBy = parser.listUntil(")", () => parsePartition(parser, clauses));
      return true;
    case "CLUSTER":
      parser.expect("BY");
      clauses.clusterBy = parser.accept("AUTO") ? [] : parseNames(parser);
      return true;
    case "LOCATION":
      clauses.location = parseText(parser, "a path");
      return true;
    case "COMMENT":
      clauses.comment = parseText(parser, "a comment");
      return true;
    case "TBLPROPERTIES":
    case "OPTIONS":
      clauses.properties = { ...clauses.properties, ...parseProperties(parser) };
      return true;
    default:
      return false;
  }
}

function parsePartition(parser: Parser, clauses: Clauses): string {
  const { kind } = parser.peek(1);
  if (kind !== "word" && parser.peek(1).key !== ":") return parser.name("a column");
  const column = parseColumn(parser);
  clauses.columns.push(column);
  return column.name;
}

function parseNames(parser: Parser): readonly string[] {
  parser.expect("(");
  return parser.listUntil(")", () => parser.name("a column"));
}

/** Reads `DROP TABLE`, `DROP VIEW` and `DROP SCHEMA`. */
export function parseDrop(parser: Parser): Statement {
  parser.expect("DROP");
  parser.acceptAny("TEMP", "TEMPORARY");
  const what = parser.acceptAny("TABLE", "VIEW", "SCHEMA", "DATABASE");
  if (what === undefined) throw parser.fail("expected TABLE, VIEW or SCHEMA");
  const ifExists = parser.accept("IF", "EXISTS");
  const name = parseNameReference(parser, "a name");
  if (what === "TABLE") {
    parser.accept("PURGE");
    return { kind: "DropTable", name, ifExists };
  }
  if (what === "VIEW") return { kind: "DropView", name, ifExists };
  const cascade = parser.acceptAny("CASCADE", "RESTRICT") === "CASCADE";
  return { kind: "DropSchema", name, ifExists, cascade };
}
