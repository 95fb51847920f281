import type { UnsupportedRelation } from "../relation/relation.ts";
import { someExpression } from "../rewrite/expression-children.ts";
import type { Parser } from "./cursor.ts";
import { parseMoment } from "./parse-moment.ts";
import { parseOptions } from "./parse-options.ts";
import { problemAt } from "./syntax-problem.ts";
import { unsupportedRelation } from "./unsupported-relation.ts";

/** Reads `CHANGES FROM VERSION 1 TO VERSION 5 WITH (..)` behind a table that begins at `start`. */
export function parseTableChanges(parser: Parser, start: number): UnsupportedRelation {
  const at = parser.peek().start;
  parser.expect("CHANGES", "FROM");
  const kind = parser.acceptAny("VERSION", "SYSTEM_VERSION", "TIMESTAMP", "SYSTEM_TIME");
  if (kind === undefined) throw parser.fail("expected VERSION or TIMESTAMP");
  parseEnd(parser, kind);
  if (parser.accept("TO")) {
    parser.expect(kind);
    parseEnd(parser, kind);
  }
  checkOptions(parser, at);
  return unsupportedRelation(parser, start, parser.span(at), "CHANGES", "Use table_changes('table', from, to).");
}

function parseEnd(parser: Parser, kind: string): void {
  if (kind === "TIMESTAMP" || kind === "SYSTEM_TIME") parseConstantMoment(parser);
  else if (parser.peek().kind === "number" || parser.peek().kind === "string") parser.next();
  else throw parser.fail("expected a version");
  parser.acceptAny("INCLUSIVE", "EXCLUSIVE");
}

function parseConstantMoment(parser: Parser): void {
  const first = parser.peek();
  const moment = parseMoment(parser);
  const query = someExpression(moment, (part) => part.kind === "ScalarSubquery" || part.kind === "Exists");
  if (query) throw parser.fail("the time of changes cannot come from a sub-query", first);
}

const MODES: readonly string[] = ["none", "dropcarryovers", "netchanges"];

function checkOptions(parser: Parser, at: number): void {
  const options = Object.entries(parseOptions(parser));
  const mode = options.find(([key]) => key.toLowerCase() === "deduplicationmode")?.[1];
  if (mode === undefined || MODES.includes(mode.toLowerCase())) return;
  throw problemAt(
    parser.span(at),
    `Invalid Change Data Capture (CDC) option. Invalid \`deduplicationMode\`: '${mode}'. Expected one of: none, dropCarryovers, netChanges.`,
    { mode },
    { condition: "INVALID_CDC_OPTION.INVALID_DEDUPLICATION_MODE", sqlState: "42K03" },
  );
}
