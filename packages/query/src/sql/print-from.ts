import { backQuote } from "../data-type/quoted-name.ts";
import type { Expression } from "../expression/expression.ts";
import { QueryError } from "../expression/problem.ts";
import type {
  DataSource,
  Join,
  NamedTable,
  Relation,
  TableFunction,
  UnsupportedRelation,
} from "../relation/relation.ts";
import { quoteName, quoteNames } from "./print-name.ts";
import { quoteString } from "./string-literal.ts";

/** How the parts of a FROM clause are printed. */
export interface PartPrinters {
  readonly expression: (expression: Expression) => string;
  readonly query: (relation: Relation) => string;
}

/** A relation as it stands in FROM; one that has no form there becomes a query in brackets. */
export function printFrom(relation: Relation, print: PartPrinters): string {
  switch (relation.kind) {
    case "NamedTable":
      return printTable(relation, print);
    case "DataSource":
      return printFiles(relation);
    case "TableFunction":
      return printTableFunction(relation, print);
    case "SubqueryAlias": {
      const columns = relation.columns ? `(${relation.columns.map(quoteName).join(", ")})` : "";
      const values = relation.input.kind === "InlineTable";
      const input = values ? print.query(relation.input) : printItem(relation.input, print);
      return `${input} AS ${quoteName(relation.alias)}${columns}`;
    }
    case "Join":
      return printJoin(relation, print);
    case "Sample": {
      const percent = exactPercent(relation.fraction);
      const seed = relation.seed === undefined ? "" : ` REPEATABLE (${relation.seed})`;
      return `${printItem(relation.input, print)} TABLESAMPLE (${percent} PERCENT)${seed}`;
    }
    case "WithWatermark":
      return printWatermark(relation, print);
    case "UnsupportedRelation":
      return isQuery(relation) ? `(${relation.text})` : relation.text;
    case "Pivot":
      return relation.grouping === undefined ? printPivot(relation, print) : `(${print.query(relation)})`;
    case "Unpivot":
      return relation.ids === undefined ? printUnpivot(relation, print) : `(${print.query(relation)})`;
    default:
      return `(${print.query(relation)})`;
  }
}

/** Whether the text is a query, and no item of FROM. */
export function isQuery({ text }: UnsupportedRelation): boolean {
  return /^(?:SELECT|FROM)\b/i.test(text);
}

/** A relation where only a primary may stand: what has clauses of its own gets brackets. */
function printItem(relation: Relation, print: PartPrinters): string {
  const text = printFrom(relation, print);
  return BRACKETED.has(relation.kind) ? `(${text})` : text;
}

const BRACKETED: ReadonlySet<Relation["kind"]> = new Set<Relation["kind"]>([
  ...(["Join", "SubqueryAlias", "Sample", "WithWatermark", "Pivot", "Unpivot"] as const),
]);

function printTable({ name, streaming, options, version, timestamp }: NamedTable, print: PartPrinters): string {
  const settings = Object.entries(options).map(([key, value]) => `${quoteString(key)} = ${quoteString(value)}`);
  return [
    ...(streaming ? ["STREAM"] : []),
    quoteNames(name),
    ...(settings.length > 0 ? [`WITH (${settings.join(", ")})`] : []),
    ...(version === undefined ? [] : [`VERSION AS OF ${version}`]),
    ...(timestamp === undefined ? [] : [`TIMESTAMP AS OF ${print.expression(timestamp)}`]),
  ].join(" ");
}

function printFiles({ format, paths, options, schema, streaming }: DataSource): string {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0 || schema !== undefined || !path.includes("/")) {
    throw notSql("a reader with a schema, several paths or none");
  }
  const settings = Object.entries(options).map(([key, value]) => `${quoteString(key)} = ${quoteString(value)}`);
  const file = `${quoteName(format)}.${backQuote(path)}`;
  return `${streaming ? "STREAM " : ""}${file}${settings.length > 0 ? ` WITH (${settings.join(", ")})` : ""}`;
}

/** The error that a relation made by the DataFrame API has no form in SQL. */
export function notSql(what: string): QueryError {
  const message = `Spark SQL has no form for ${what}. Write the query with select(..) instead, or run it without printing it.`;
  return new QueryError([{ condition: "UNSUPPORTED_FEATURE", sqlState: "0A000", message, parameters: { what } }]);
}

function printTableFunction({ name, args, streaming }: TableFunction, print: PartPrinters): string {
  const shown = args.map(({ name: key, value }) => {
    const text = value.kind === "NamedTable" ? `TABLE(${printTable(value, print)})` : print.expression(value);
    return key === undefined ? text : `${quoteName(key)} => ${text}`;
  });
  return `${streaming ? "STREAM " : ""}${quoteNames(name.split("."))}(${shown.join(", ")})`;
}

const JOINS: Readonly<Record<Join["how"], string>> = {
  ...{ inner: "JOIN", left: "LEFT JOIN", right: "RIGHT JOIN", full: "FULL JOIN" },
  ...{ semi: "LEFT SEMI JOIN", anti: "LEFT ANTI JOIN", cross: "CROSS JOIN" },
};

function printJoin({ left, right, how, condition, using, natural, lateral }: Join, print: PartPrinters): string {
  const primary = right.kind === "Join" || right.kind === "Pivot" || right.kind === "Unpivot";
  return [
    printFrom(left, print),
    `${natural ? "NATURAL " : ""}${JOINS[how]}${lateral ? " LATERAL" : ""}`,
    primary ? printItem(right, print) : printFrom(right, print),
    ...(condition ? [`ON ${print.expression(condition)}`] : []),
    ...(using ? [`USING (${using.map(quoteName).join(", ")})`] : []),
  ].join(" ");
}

/** A fraction as percent, by moving the point, so that no digit changes. */
function exactPercent(fraction: number): string {
  const [, whole = "", after = "", exponent = "0"] = /^(\d+)\.?(\d*)(?:e([+-]\d+))?$/.exec(String(fraction)) ?? [];
  const places = Number(exponent) + 2 - after.length;
  const digits = whole + after;
  if (places >= 0) return String(BigInt(digits + "0".repeat(places)));
  const padded = digits.padStart(1 - places, "0");
  return `${padded.slice(0, places)}.${padded.slice(places)}`.replace(/^0+(?=\d)/, "");
}

function printWatermark(relation: Extract<Relation, { kind: "WithWatermark" }>, print: PartPrinters): string {
  const { input, eventTime, delay } = relation;
  const [column, ...more] = input.kind === "WithColumns" ? input.columns : [];
  const delayed = `DELAY OF INTERVAL ${quoteString(delay)}`;
  if (input.kind === "WithColumns" && column?.name === eventTime && more.length === 0) {
    const of = print.expression(column.expression);
    return `${printItem(input.input, print)} WATERMARK ${of} AS ${quoteName(eventTime)} ${delayed}`;
  }
  return `${printItem(input, print)} WATERMARK ${quoteName(eventTime)} ${delayed}`;
}

function printPivot(relation: Extract<Relation, { kind: "Pivot" }>, print: PartPrinters): string {
  const { input, aggregates, columns, values } = relation;
  const list = (expressions: readonly Expression[]): string => expressions.map(print.expression).join(", ");
  const over = columns.length === 1 ? list(columns) : `(${list(columns)})`;
  return `${printFrom(input, print)} PIVOT (${list(aggregates)} FOR ${over} IN (${list(values)}))`;
}

function printUnpivot(relation: Extract<Relation, { kind: "Unpivot" }>, print: PartPrinters): string {
  const { input, values, nameColumn, valueColumns, includeNulls } = relation;
  const several = valueColumns.length > 1;
  const bracket = (text: string): string => (several ? `(${text})` : text);
  const shown = values.map(({ columns, alias }) => {
    const text = bracket(columns.map(print.expression).join(", "));
    return alias === undefined ? text : `${text} AS ${quoteName(alias)}`;
  });
  const produced = `${bracket(valueColumns.map(quoteName).join(", "))} FOR ${quoteName(nameColumn)}`;
  const nulls = includeNulls ? " INCLUDE NULLS" : "";
  return `${printFrom(input, print)} UNPIVOT${nulls} (${produced} IN (${shown.join(", ")}))`;
}
