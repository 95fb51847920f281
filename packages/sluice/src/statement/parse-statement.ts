import { openParser, type ParseOptions, type Parser, type Relation, unsupported } from "@sluice/query";
import { parseDelete, parseMerge, parseUpdate } from "./parse-change.ts";
import { parseCreate, parseDrop } from "./parse-create.ts";
import { parseDescribe } from "./parse-describe.ts";
import { parseInsert } from "./parse-insert.ts";
import { parseKey, parseNameReference } from "./parse-name.ts";
import { parseShow } from "./parse-show.ts";
import type { Statement } from "./statement.ts";

/**
 * Reads one statement; `;` may close it.
 *
 * @throws QueryError with the place of what cannot be read, or of a statement that is not supported yet.
 */
export function parseStatement(text: string, options: ParseOptions = {}): Statement {
  const parser = openParser(text, undefined, options);
  const { key } = parser.peek();
  const refused = REFUSED[key];
  if (refused !== undefined) {
    const { start, end } = parser.peek();
    throw unsupported(parser.span(start, end), `${refused.what ?? key} outside of a pipeline`, refused.plan);
  }
  const rule = RULES[key] ?? parseQueryStatement;
  const statement = rule(parser);
  parser.expectEnd();
  return statement;
}

/** Whether rows change hands by a statement that begins so; others only read. */
function parseQueryStatement(parser: Parser): Statement {
  return { kind: "Query", query: parser.query() };
}

const RULES: Readonly<Record<string, (parser: Parser) => Statement>> = {
  CREATE: parseCreate,
  DROP: parseDrop,
  INSERT: parseInsert,
  DELETE: parseDelete,
  UPDATE: parseUpdate,
  MERGE: parseMerge,
  DESCRIBE: parseDescribe,
  DESC: parseDescribe,
  SHOW: parseShow,
  EXPLAIN: parseExplain,
  SET: parseSet,
  RESET: parseReset,
  USE: parseUse,
};

const UPKEEP = "It comes with the issue on table maintenance; until then tables need no upkeep to be right.";
const DECLARED = "Declare it in a file of the pipeline and run the pipeline.";

const REFUSED: Readonly<Record<string, { readonly what?: string; readonly plan: string }>> = {
  TRUNCATE: { plan: "DELETE FROM t removes all rows." },
  COPY: { what: "COPY INTO", plan: "Use a streaming table over the files (cloudFiles): it takes each file once." },
  OPTIMIZE: { plan: UPKEEP },
  VACUUM: { plan: UPKEEP },
  REORG: { plan: UPKEEP },
  RESTORE: { plan: UPKEEP },
  CONVERT: { plan: UPKEEP },
  FSCK: { plan: UPKEEP },
  ALTER: { plan: "Change the declaration and run the pipeline, or create the table anew." },
  REFRESH: {
    plan: "Tables are read as they are now; a pipeline's tables are brought up to date by `sluice run --refresh`.",
  },
  APPLY: { what: "APPLY CHANGES INTO", plan: DECLARED },
  GRANT: { plan: "There are no users and rights here: protect the storage." },
  REVOKE: { plan: "There are no users and rights here: protect the storage." },
  CACHE: { plan: "Create a table of the query instead." },
  UNCACHE: { plan: "There is no cache to empty." },
  ANALYZE: { plan: "Statistics of files are kept by each write." },
  LOAD: { what: "LOAD DATA", plan: "Read the files in a query: INSERT INTO t SELECT * FROM json.`path`." },
  BEGIN: { what: "SQL scripting", plan: "Send the statements one by one." },
  DECLARE: { what: "DECLARE", plan: "Write the value where it is used." },
};

function parseExplain(parser: Parser): Statement {
  parser.expect("EXPLAIN");
  parser.acceptAny("EXTENDED", "CODEGEN", "COST", "FORMATTED");
  const query: Relation = parser.query();
  return { kind: "Explain", query };
}

/** `SET`, `SET key`, `SET key = value`: the value is the rest of the text, quotes around it taken off. `SET TIME ZONE 'zone'` too. */
function parseSet(parser: Parser): Statement {
  parser.expect("SET");
  if (parser.accept("TIME", "ZONE")) {
    return { kind: "Set", key: "spark.sql.session.timeZone", value: restOf(parser) };
  }
  if (parser.accept("-", "V") || parser.at(";") || parser.peek().kind === "end") return { kind: "Set" };
  const key = parseKey(parser);
  if (!parser.accept("=")) return { kind: "Set", key };
  return { kind: "Set", key, value: restOf(parser) };
}

function restOf(parser: Parser): string {
  const { start } = parser.peek();
  if (parser.peek().kind === "end" || parser.at(";")) throw parser.fail("expected a value");
  while (parser.peek().kind !== "end" && !(parser.at(";") && parser.peek(1).kind === "end")) parser.next();
  const text = parser.text.slice(start, parser.last.end).trim();
  return /^'[^']*'$|^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

function parseReset(parser: Parser): Statement {
  parser.expect("RESET");
  return parser.at(";") || parser.peek().kind === "end" ? { kind: "Reset" } : { kind: "Reset", key: parseKey(parser) };
}

function parseUse(parser: Parser): Statement {
  parser.expect("USE");
  parser.acceptAny("SCHEMA", "DATABASE", "NAMESPACE", "CATALOG");
  return { kind: "Use", schema: parseNameReference(parser, "a schema") };
}
