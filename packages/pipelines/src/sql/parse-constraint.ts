import type { Parser, Policy } from "@sluice/query";
import type { Expectation, KeyConstraint, KeyReference } from "../declaration/declaration.ts";
import type { StatementReader } from "./statement-reader.ts";

/** A constraint of a column list; `Refused` was reported. */
export type Constraint =
  | { readonly kind: "Expectation"; readonly expectation: Expectation }
  | { readonly kind: "Key"; readonly key: KeyConstraint }
  | { readonly kind: "Refused" };

/** Reads `CONSTRAINT name EXPECT ..`, a key, or CHECK, which is refused; undefined when a column comes instead. */
export function parseConstraint(reader: StatementReader): Constraint | undefined {
  const { parser } = reader;
  if (parser.sees(["PRIMARY", "KEY"]) || parser.sees(["FOREIGN", "KEY"])) return { kind: "Key", key: parseKey(parser) };
  if (!parser.at("CONSTRAINT") || !parser.atName(undefined, 1)) return undefined;
  parser.expect("CONSTRAINT");
  const origin = reader.place();
  const name = parser.name("the constraint's name");
  if (parser.at("PRIMARY", "FOREIGN")) return { kind: "Key", key: parseKey(parser, name) };
  if (parser.accept("EXPECT"))
    return { kind: "Expectation", expectation: { name, ...parseExpectation(reader), origin } };
  if (!parser.at("CHECK")) throw parser.fail("expected EXPECT, PRIMARY KEY or FOREIGN KEY");
  const plan = `Write CONSTRAINT ${name} EXPECT (..) ON VIOLATION FAIL UPDATE.`;
  reader.refuse(`The CHECK constraint "${name}"`, plan, origin);
  parser.next();
  reader.skipBrackets();
  return { kind: "Refused" };
}

function parseExpectation({ parser }: StatementReader): Omit<Expectation, "name" | "origin"> {
  parser.expect("(");
  const { start } = parser.peek();
  const condition = parser.expression();
  parser.windows.resolve();
  const text = parser.text.slice(start, parser.last.end);
  parser.expect(")");
  return { condition, text, policy: parsePolicy(parser) };
}

const POLICIES: Readonly<Record<string, { readonly object: string; readonly policy: Policy }>> = {
  DROP: { object: "ROW", policy: "drop" },
  FAIL: { object: "UPDATE", policy: "fail" },
  QUARANTINE: { object: "ROW", policy: "quarantine" },
};

function parsePolicy(parser: Parser): Policy {
  if (!parser.accept("ON")) return "warn";
  parser.expect("VIOLATION");
  const action = POLICIES[parser.peek().key];
  if (action === undefined) throw parser.fail("expected DROP ROW, FAIL UPDATE or QUARANTINE ROW");
  parser.next();
  parser.expect(action.object);
  return action.policy;
}

function parseKey(parser: Parser, name?: string): KeyConstraint {
  const named = name === undefined ? {} : { name };
  if (parser.accept("PRIMARY", "KEY")) {
    const key = { kind: "PrimaryKey" as const, ...named, columns: keyColumns(parser) };
    parseKeyOptions(parser);
    return key;
  }
  parser.expect("FOREIGN", "KEY");
  return { kind: "ForeignKey", ...named, columns: keyColumns(parser), references: parseReference(parser) };
}

function keyColumns(parser: Parser): readonly string[] {
  parser.expect("(");
  const columns = parser.list(() => {
    const column = parser.name("a column");
    parser.accept("TIMESERIES");
    return column;
  });
  parser.expect(")");
  return columns;
}

/** Reads `REFERENCES table [(columns)]` and the options behind it. */
export function parseReference(parser: Parser): KeyReference {
  parser.expect("REFERENCES");
  const table = parser.qualifiedName("a table").join(".");
  const columns = parser.at("(") ? keyColumns(parser) : [];
  parseKeyOptions(parser);
  return { table, columns };
}

const KEY_OPTIONS: readonly (readonly string[])[] = [
  ...[["NOT", "ENFORCED"], ["DEFERRABLE"], ["NOT", "DEFERRABLE"], ["INITIALLY", "DEFERRED"], ["RELY"], ["NORELY"]],
  ...[
    ["MATCH", "FULL"],
    ["ON", "UPDATE", "NO", "ACTION"],
    ["ON", "DELETE", "NO", "ACTION"],
  ],
];

/** Passes over what keys may say besides their columns: they are informational whatever it is. */
export function parseKeyOptions(parser: Parser): void {
  while (KEY_OPTIONS.some((words) => parser.accept(...words)));
}
