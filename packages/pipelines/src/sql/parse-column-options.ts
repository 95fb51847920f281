import type { Expression, IdentityColumn, Parser } from "@sluice/query";
import type { KeyConstraint } from "../declaration/declaration.ts";
import { parseKeyOptions, parseReference } from "./parse-constraint.ts";
import type { StatementReader } from "./statement-reader.ts";

/** What stands behind a column's name and type. */
export interface ColumnOptions {
  nullable: boolean;
  comment?: string;
  generated?: Expression;
  identity?: IdentityColumn;
  keys: KeyConstraint[];
}

/** Reads them in any order. */
export function parseColumnOptions(reader: StatementReader, column: string): ColumnOptions {
  const options: ColumnOptions = { nullable: true, keys: [] };
  while (parseOption(reader, column, options));
  return options;
}

function parseOption(reader: StatementReader, column: string, options: ColumnOptions): boolean {
  const { parser } = reader;
  if (parser.accept("NOT", "NULL")) options.nullable = false;
  else if (parser.accept("NULL")) return true;
  else if (parser.accept("COMMENT")) options.comment = reader.text("the column's comment");
  else if (parser.at("GENERATED")) return parseGenerated(parser, options);
  else if (parser.at("PRIMARY", "FOREIGN", "REFERENCES", "CONSTRAINT"))
    options.keys.push(parseColumnKey(reader, column));
  else return refuseOption(reader, column);
  return true;
}

function parseColumnKey({ parser }: StatementReader, column: string): KeyConstraint {
  const name = parser.accept("CONSTRAINT") ? parser.name("the constraint's name") : undefined;
  const named = name === undefined ? {} : { name };
  if (parser.accept("PRIMARY", "KEY")) {
    parseKeyOptions(parser);
    return { kind: "PrimaryKey", ...named, columns: [column] };
  }
  parser.accept("FOREIGN", "KEY");
  return { kind: "ForeignKey", ...named, columns: [column], references: parseReference(parser) };
}

function parseGenerated(parser: Parser, options: ColumnOptions): boolean {
  parser.expect("GENERATED");
  const always = parser.accept("ALWAYS");
  if (!always) parser.expect("BY", "DEFAULT");
  parser.expect("AS");
  if (parser.accept("IDENTITY")) {
    options.identity = { ...parseNumbering(parser), allowsExplicit: !always, highWaterMark: undefined };
    return true;
  }
  parser.expect("(");
  options.generated = parser.expression();
  parser.windows.resolve();
  parser.expect(")");
  return true;
}

/** `(START WITH 1 INCREMENT BY 1)`: both, one or none, in any order. */
function parseNumbering(parser: Parser): Pick<IdentityColumn, "start" | "step"> {
  const numbering = { start: 1n, step: 1n };
  if (!parser.accept("(")) return numbering;
  while (!parser.accept(")")) {
    if (parser.accept("START", "WITH")) numbering.start = parseWhole(parser);
    else {
      parser.expect("INCREMENT", "BY");
      numbering.step = parseWhole(parser);
    }
  }
  return numbering;
}

function parseWhole(parser: Parser): bigint {
  const sign = parser.accept("-") ? -1n : 1n;
  const { kind, value } = parser.next();
  if (kind !== "number" || !/^\d+$/.test(value)) throw parser.fail("expected a whole number", parser.last);
  return sign * BigInt(value);
}

function refuseOption(reader: StatementReader, column: string): boolean {
  const { parser } = reader;
  const { key } = parser.peek();
  if (key === "MASK") {
    reader.refuse(`The column mask of "${column}"`, "Mask the value in the query, or in what reads the table.");
    parser.next();
    reader.name("a function");
    if (parser.accept("USING", "COLUMNS")) reader.skipBrackets();
    return true;
  }
  if (key === "DEFAULT") {
    reader.refuse(`A default for "${column}"`, `Write coalesce(${column}, ..) in the query.`);
    skipOption(reader, parser);
    return true;
  }
  return false;
}

function skipOption(reader: StatementReader, parser: Parser): void {
  parser.next();
  reader.skipTo(",", ")", "COMMENT", "NOT");
}
