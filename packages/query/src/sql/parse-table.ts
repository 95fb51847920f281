import type { NamedTable, Relation, UnsupportedRelation } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { NOT_A_TABLE_ALIAS } from "./keyword.ts";
import { parseIdentifierClause } from "./parse-identifier.ts";
import { parseMoment } from "./parse-moment.ts";
import { parseOptions } from "./parse-options.ts";
import { parseTableChanges } from "./parse-table-changes.ts";
import { parseTableFunction } from "./parse-table-function.ts";
import { unsupportedRelation } from "./unsupported-relation.ts";

/** Formats that name files in FROM: ``delta.`/path` ``. */
const FILE_FORMATS: ReadonlySet<string> = new Set([
  ...["delta", "parquet", "csv", "json", "text", "orc", "avro", "xml", "binaryfile", "iceberg"],
]);

/** Reads a table by name, by path or by function, with STREAM or without, and time travel; no alias. */
export function parseTable(parser: Parser): Relation {
  const { start } = parser.peek();
  if (!atStream(parser)) return parseSource(parser, false, start);
  parser.next();
  const bracket = parser.accept("(");
  const source = parseSource(parser, true, start);
  if (!bracket) return source;
  parser.expect(")");
  return { ...source, span: parser.span(start) };
}

function atStream(parser: Parser): boolean {
  if (!parser.at("STREAM")) return false;
  return parser.peek(1).key === "(" || parser.atName(STREAM_IS_A_NAME, 1);
}

const STREAM_IS_A_NAME: ReadonlySet<string> = new Set([...NOT_A_TABLE_ALIAS, "AS", "VERSION", "TIMESTAMP"]);

function parseSource(parser: Parser, streaming: boolean, start: number): Relation {
  const quotedPath = parser.peek(2).kind === "quoted";
  const name = parseIdentifierClause(parser) ?? parser.qualifiedName("a table");
  if (parser.at("(")) return parseTableFunction(parser, name, streaming, start);
  const [format = "", path = ""] = name;
  if (quotedPath && name.length === 2 && path.includes("/") && FILE_FORMATS.has(format.toLowerCase())) {
    return fileSource(format, path, streaming, parser, start);
  }
  const options = parseOptions(parser);
  if (parser.sees(["CHANGES", "FROM"])) return parseTableChanges(parser, start);
  const from = parser.peek().start;
  const travel = parseAtVersion(parser) ?? parseTravel(parser);
  if (travel.snapshot !== undefined) return versionByName(parser, start, from);
  const table: NamedTable = { kind: "NamedTable", name, streaming, options, ...travel, span: parser.span(start) };
  return table;
}

function fileSource(format: string, path: string, streaming: boolean, parser: Parser, start: number): Relation {
  const given = parseOptions(parser);
  const from = parser.peek().start;
  const travel = format.toLowerCase() === "delta" ? (parseAtVersion(parser) ?? parseTravel(parser)) : {};
  if (travel.snapshot !== undefined) return versionByName(parser, start, from);
  const moment = travel.timestamp?.kind === "Literal" ? travel.timestamp.value : undefined;
  if (travel.timestamp !== undefined && typeof moment !== "string") {
    const plan = "Write the time as text: TIMESTAMP AS OF '2024-01-31 12:00:00'.";
    return unsupportedRelation(parser, start, parser.span(from), "a computed time of a table by path", plan);
  }
  const options = {
    ...given,
    ...(travel.version !== undefined && { versionAsOf: String(travel.version) }),
    ...(typeof moment === "string" && { timestampAsOf: moment }),
  };
  return { kind: "DataSource", format, paths: [path], options, streaming, span: parser.span(start) };
}

function versionByName(parser: Parser, start: number, from: number): UnsupportedRelation {
  return unsupportedRelation(parser, start, parser.span(from), "a version by name", "Give the number of the version.");
}

interface Travel extends Pick<NamedTable, "version" | "timestamp"> {
  readonly snapshot?: string;
}

/** `t@v3`, Delta's short form of VERSION AS OF. */
function parseAtVersion(parser: Parser): Travel | undefined {
  const { key, start } = parser.peek();
  const version = /^v(\d{1,15})$/i.exec(parser.peek(1).value)?.[1];
  if (key !== "@" || start !== parser.last.end || version === undefined) return undefined;
  parser.next();
  parser.next();
  return { version: Number(version) };
}

function parseTravel(parser: Parser): Travel {
  const from = parser.at("FOR") ? 1 : 0;
  const { key } = parser.peek(from);
  if (!parser.sees(["AS", "OF"], from + 1)) return {};
  if (key !== "VERSION" && key !== "SYSTEM_VERSION" && key !== "TIMESTAMP" && key !== "SYSTEM_TIME") return {};
  for (let i = 0; i < from + 3; i++) parser.next();
  return key.endsWith("VERSION") ? parseVersion(parser) : { timestamp: parseMoment(parser) };
}

function parseVersion(parser: Parser): Travel {
  const { kind, value } = parser.next();
  if ((kind === "number" || kind === "string") && /^\d{1,15}$/.test(value)) return { version: Number(value) };
  if (kind !== "string") throw parser.fail("expected a version number", parser.last);
  return { snapshot: value };
}
