import { type Parser, unsupported } from "@sluice/query";
import { parseNameReference } from "./parse-name.ts";
import type { Statement } from "./statement.ts";

/** Reads `INSERT INTO|OVERWRITE [TABLE] t [(columns)] [BY NAME] query`. */
export function parseInsert(parser: Parser): Statement {
  parser.expect("INSERT");
  const word = parser.acceptAny("INTO", "OVERWRITE");
  if (word === undefined) throw parser.fail("expected INTO or OVERWRITE");
  if (parser.at("DIRECTORY", "LOCAL"))
    throw refused(parser, "INSERT OVERWRITE DIRECTORY", 'Use df.write.format("parquet").save(path).');
  if (parser.atName(undefined, 1)) parser.accept("TABLE");
  const table = parseNameReference(parser, "a table");
  refuseClauses(parser);
  const columns = atColumns(parser) ? parseColumns(parser) : undefined;
  const byName = parser.accept("BY", "NAME");
  refuseClauses(parser);
  const overwrite = word === "OVERWRITE";
  const query = parser.query();
  return { kind: "Insert", table, overwrite, byName, ...(columns && { columns }), query };
}

function refuseClauses(parser: Parser): void {
  if (parser.at("PARTITION"))
    throw refused(parser, "INSERT with PARTITION", "Give the partition columns in the query: their values decide.");
  if (parser.at("REPLACE"))
    throw refused(
      parser,
      "INSERT with REPLACE",
      "It comes with the issue on change data; INSERT OVERWRITE replaces all rows.",
    );
}

function refused(parser: Parser, feature: string, plan: string): Error {
  const { start, end } = parser.peek();
  return unsupported(parser.span(start, end), feature, plan);
}

/** A bracket with names only: `(a, b) SELECT`, not `(SELECT ..)`. */
function atColumns(parser: Parser): boolean {
  const close = parser.at("(") ? parser.closing() : undefined;
  if (close === undefined) return false;
  for (let i = 1; i < close; i++) {
    if (i % 2 === 1 ? !parser.atName(undefined, i) : parser.peek(i).key !== ",") return false;
  }
  return close % 2 === 0;
}

function parseColumns(parser: Parser): ReturnType<typeof parseNameReference>[] {
  parser.expect("(");
  return parser.listUntil(")", () => parseNameReference(parser, "a column"));
}
