import type { Parser } from "@sluice/query";
import type { Clauses } from "./parse-definition.ts";
import type { StatementDataset } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

const CLAUSE_WORDS = [
  ...[
    "AS",
    "COMMENT",
    "TBLPROPERTIES",
    "PARTITIONED",
    "CLUSTER",
    "LOCATION",
    "USING",
    "SCHEDULE",
    "TRIGGER",
    "REFRESH",
  ],
  ...["WITH", "ROW", "DEFAULT", "FLOW", "OPTIONS"],
];

/** Reads one clause; what it changes, or undefined when none comes. Clauses that are not there are refused and passed over. */
export function parseClause(
  reader: StatementReader,
  kind: StatementDataset["kind"],
  before: Clauses,
): Partial<Clauses> | undefined {
  const { parser } = reader;
  if (parser.accept("COMMENT")) return { comment: reader.text("the comment") };
  if (parser.accept("TBLPROPERTIES")) {
    return { tableProperties: { ...before.tableProperties, ...parseProperties(reader) } };
  }
  if (kind !== "TemporaryView") {
    if (parser.accept("PARTITIONED", "BY")) return { partitionBy: parsePartitioning(reader) };
    if (parser.accept("CLUSTER", "BY")) return { clusterBy: parseClustering(reader) };
    if (parser.at("USING")) return parseProvider(reader);
  }
  return refuseClause(reader);
}

/** Columns in brackets; a type behind one says nothing that its query does not. */
function parsePartitioning(reader: StatementReader): readonly string[] {
  const { parser } = reader;
  parser.expect("(");
  const columns = parser.list(() => {
    const place = reader.place();
    const column = parser.name("a column");
    if (parser.at("(")) {
      const plan = "Partition by a column: compute the value in the query.";
      reader.refuse(`Partitioning by the expression ${column}(..)`, plan, place);
    }
    reader.skipTo(",", ")");
    return column;
  });
  parser.expect(")");
  return columns;
}

function parseClustering(reader: StatementReader): readonly string[] {
  const { parser } = reader;
  if (parser.accept("AUTO")) return ["AUTO"];
  if (parser.accept("NONE")) return [];
  parser.expect("(");
  const columns = parser.list(() => parser.qualifiedName("a column").join("."));
  parser.expect(")");
  return columns;
}

function parseProvider(reader: StatementReader): Partial<Clauses> {
  const { parser } = reader;
  parser.expect("USING");
  if (!parser.at("DELTA"))
    reader.refuse(`USING ${parser.peek().value.toUpperCase()}`, "Tables are Delta tables: leave it out.");
  parser.next();
  return {};
}

function parseProperties(reader: StatementReader): Readonly<Record<string, string>> {
  const { parser } = reader;
  parser.expect("(");
  const entries = parser.listUntil(")", () => {
    const key = parser.peek().kind === "string" ? parser.next().value : propertyKey(parser);
    parser.accept("=");
    return [key, propertyValue(reader)] as const;
  });
  return Object.fromEntries(entries);
}

function propertyKey(parser: Parser): string {
  const { start } = parser.peek();
  parser.name("a key");
  while (parser.at(".", "-") && parser.peek().start === parser.last.end) {
    parser.next();
    parser.next();
  }
  return parser.text.slice(start, parser.last.end).replaceAll("`", "");
}

function propertyValue(reader: StatementReader): string {
  const { parser } = reader;
  const { kind } = parser.peek();
  if (kind === "string") return reader.text("a value");
  const sign = parser.accept("-") ? "-" : "";
  if (parser.peek().kind !== "number" && !parser.at("TRUE", "FALSE"))
    throw parser.fail("expected the property's value");
  return sign + parser.next().value.toLowerCase();
}

const REFUSED: readonly { readonly words: readonly string[]; readonly feature: string; readonly plan: string }[] = [
  {
    words: ["LOCATION"],
    feature: "LOCATION",
    plan: "Tables are stored below the pipeline's `storage`; leave it out.",
  },
  { words: ["SCHEDULE"], feature: "SCHEDULE", plan: "Start `sluice run` from cron or a CI job; leave it out." },
  { words: ["TRIGGER", "ON"], feature: "TRIGGER ON UPDATE", plan: "Start `sluice run` when you need; leave it out." },
  {
    words: ["WITH", "ROW", "FILTER"],
    feature: "A row filter",
    plan: "Filter the rows in the query, or in what reads the table.",
  },
  {
    words: ["ROW", "FILTER"],
    feature: "A row filter",
    plan: "Filter the rows in the query, or in what reads the table.",
  },
  {
    words: ["DEFAULT", "COLLATION"],
    feature: "DEFAULT COLLATION",
    plan: "Texts compare by their bytes, which is UTF8_BINARY; leave it out.",
  },
  { words: ["OPTIONS"], feature: "OPTIONS", plan: "Tables are Delta tables: use TBLPROPERTIES." },
];

function refuseClause(reader: StatementReader): Partial<Clauses> | undefined {
  const { parser } = reader;
  if (parser.sees(["REFRESH", "POLICY"])) return parseRefreshPolicy(reader);
  const refused = REFUSED.find(({ words }) => parser.sees(words));
  if (refused === undefined) return undefined;
  reader.refuse(refused.feature, refused.plan);
  for (const _ of refused.words) parser.next();
  reader.skipTo(...CLAUSE_WORDS);
  return {};
}

/** A materialized view is computed whole unless its sources stayed as they were: what AUTO and FULL allow. */
function parseRefreshPolicy(reader: StatementReader): Partial<Clauses> {
  const { parser } = reader;
  parser.expect("REFRESH", "POLICY");
  if (parser.acceptAny("AUTO", "FULL") !== undefined) return {};
  reader.refuse(
    "REFRESH POLICY INCREMENTAL",
    "It comes with incremental refresh: leave it out, the content is the same.",
  );
  parser.expect("INCREMENTAL");
  parser.accept("STRICT");
  return {};
}
