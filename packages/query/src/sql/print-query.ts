import type { Expression } from "../expression/expression.ts";
import type { Aggregate, LateralView, LocalRelation, Project, Relation, With } from "../relation/relation.ts";
import { isQuery, notSql, type PartPrinters, printFrom } from "./print-from.ts";
import { printLiteral } from "./print-literal.ts";
import { quoteName } from "./print-name.ts";

/** A relation as a query. */
export function printQuery(relation: Relation, print: PartPrinters): string {
  if (relation.kind === "With") return printWith(relation, print);
  return printOrganized(relation, print);
}

function printWith({ definitions, input, recursive }: With, print: PartPrinters): string {
  const shown = definitions.map(({ name, columns, maxLevel, relation }) => {
    const names = columns ? `(${columns.map(quoteName).join(", ")})` : "";
    const level = maxLevel === undefined ? "" : ` MAX RECURSION LEVEL ${maxLevel}`;
    return `${quoteName(name)}${names}${level} AS (${print.query(relation)})`;
  });
  const query = input.kind === "With" ? `(${print.query(input)})` : printOrganized(input, print);
  return `WITH ${recursive ? "RECURSIVE " : ""}${shown.join(", ")} ${query}`;
}

/** ORDER BY, LIMIT and OFFSET, in the order that one query can have them, around a term. */
function printOrganized(relation: Relation, print: PartPrinters): string {
  let rest = relation;
  const clauses: string[] = [];
  if (rest.kind === "Limit") {
    clauses.unshift(`LIMIT ${print.expression(rest.count)}`);
    rest = rest.input;
  }
  if (rest.kind === "Offset") {
    clauses.push(`OFFSET ${print.expression(rest.count)}`);
    rest = rest.input;
  }
  if (rest.kind === "Sort") {
    clauses.unshift(`ORDER BY ${rest.keys.map(print.expression).join(", ")}`);
    rest = rest.input;
  }
  const term = clauses.length === 0 && rest === relation ? printUnion(rest, print) : printUnion(rest, print, true);
  return [term, ...clauses].join(" ");
}

const ORGANIZES: ReadonlySet<Relation["kind"]> = new Set<Relation["kind"]>(["Limit", "Offset", "Sort", "With"]);

function printUnion(relation: Relation, print: PartPrinters, clauses = false): string {
  if (relation.kind !== "SetOperation") return clauses ? printTerm(relation, print) : printBlock(relation, print);
  const { left, right, operation, all, byName, allowMissingColumns } = relation;
  if (allowMissingColumns) throw notSql("unionByName with allowMissingColumns");
  const chained = left.kind === "SetOperation" && (operation !== "intersect" || left.operation === "intersect");
  const words = [operation.toUpperCase(), ...(all ? ["ALL"] : []), ...(byName ? ["BY NAME"] : [])];
  return [chained ? printUnion(left, print) : printTerm(left, print), ...words, printTerm(right, print)].join(" ");
}

/** An operand of a set operation or of ORDER BY: what has such clauses itself gets brackets. */
function printTerm(relation: Relation, print: PartPrinters): string {
  const bracket = ORGANIZES.has(relation.kind) || relation.kind === "SetOperation";
  return bracket ? `(${print.query(relation)})` : printBlock(relation, print);
}

/** One SELECT, TABLE or VALUES. */
function printBlock(relation: Relation, print: PartPrinters): string {
  switch (relation.kind) {
    case "InlineTable":
      return printValues(relation.rows, print);
    case "NamedTable":
    case "DataSource":
      return `TABLE ${printFrom(relation, print)}`;
    case "LocalRelation":
      return printLocal(relation);
    case "OneRow":
      throw notSql("a row without columns");
    case "SubqueryAlias":
      if (relation.input.kind === "InlineTable") return printFrom(relation, print);
      return `FROM ${printFrom(relation, print)}`;
    case "Drop":
      return `SELECT * EXCEPT (${relation.columns.map(print.expression).join(", ")}) ${from(relation.input, print)}`;
    case "ToDF":
      return `SELECT * FROM (${print.query(relation.input)}) AS t(${relation.names.map(quoteName).join(", ")})`;
    case "Filter":
    case "LateralView":
      return `SELECT *${printRows(relation, print)}`;
    case "Project":
    case "Aggregate":
    case "Having":
    case "Qualify":
    case "Deduplicate":
      return printSelect(relation, print);
    case "TableFunction":
    case "Join":
    case "Sample":
    case "Pivot":
    case "Unpivot":
    case "WithWatermark":
      return printBare(relation, print);
    case "UnsupportedRelation":
      return isQuery(relation) ? relation.text : `FROM ${relation.text}`;
    default:
      throw notSql(API_ONLY[relation.kind] ?? relation.kind);
  }
}

const API_ONLY: Readonly<Partial<Record<Relation["kind"], string>>> = {
  WithColumns: "withColumn(..)",
  WithColumnsRenamed: "withColumnRenamed(..)",
  FillNulls: "fillna(..)",
  DropNulls: "dropna(..)",
};

function printBare(relation: Relation, print: PartPrinters): string {
  if (relation.kind === "Pivot" && relation.grouping) throw notSql("groupBy(..).pivot(..)");
  if (relation.kind === "Unpivot" && relation.ids) throw notSql("unpivot(..) with ids");
  return `FROM ${printFrom(relation, print)}`;
}

function from(relation: Relation, print: PartPrinters): string {
  return `FROM ${printFrom(relation, print)}`;
}

function printValues(rows: readonly (readonly Expression[])[], print: PartPrinters): string {
  return `VALUES ${rows.map((row) => `(${row.map(print.expression).join(", ")})`).join(", ")}`;
}

function printLocal({ schema, rows }: LocalRelation): string {
  const names = schema.fields.map(({ name }) => quoteName(name)).join(", ");
  const shown = rows.map((row) => {
    const values = schema.fields.map(({ dataType }, i) => printLiteral({ value: row[i] ?? null, dataType }));
    return `(${values.join(", ")})`;
  });
  if (shown.length > 0) return `SELECT * FROM VALUES ${shown.join(", ")} AS t(${names})`;
  const nulls = schema.fields.map(({ dataType }) => printLiteral({ value: null, dataType })).join(", ");
  return `SELECT * FROM VALUES (${nulls}) AS t(${names}) LIMIT 0`;
}

/** DISTINCT, QUALIFY and HAVING around a select list, in the order that one SELECT can have them. */
function printSelect(relation: Relation, print: PartPrinters): string {
  let rest = relation;
  let distinct = "";
  const clauses: string[] = [];
  if (rest.kind === "Deduplicate") {
    if (rest.columns || rest.withinWatermark) throw notSql("dropDuplicates(..) by columns");
    distinct = "DISTINCT ";
    rest = rest.input;
  }
  if (rest.kind === "Qualify") {
    clauses.unshift(` QUALIFY ${print.expression(rest.condition)}`);
    rest = rest.input;
  }
  if (rest.kind === "Having") {
    clauses.unshift(` HAVING ${print.expression(rest.condition)}`);
    rest = rest.input;
  }
  if (rest.kind === "Project" || rest.kind === "Aggregate") {
    return `SELECT ${distinct}${printList(rest, print)}${clauses.join("")}`;
  }
  if (clauses.length > 0) throw notSql("HAVING or QUALIFY on what is no SELECT");
  return `SELECT ${distinct}* ${from(rest, print)}`;
}

function printList(select: Project | Aggregate, print: PartPrinters): string {
  const grouped = select.kind === "Aggregate" && select.keepGrouping ? select.grouping : [];
  const list = select.kind === "Project" ? select.expressions : [...grouped, ...select.aggregates];
  const shown = list.map(print.expression).join(", ");
  return `${shown}${printRows(select.input, print)}${select.kind === "Aggregate" ? printGrouping(select, print) : ""}`;
}

function printGrouping({ groupBy, grouping, sets }: Aggregate, print: PartPrinters): string {
  const list = grouping.map(print.expression).join(", ");
  switch (groupBy) {
    case "all":
      return " GROUP BY ALL";
    case "expressions":
      return list === "" ? "" : ` GROUP BY ${list}`;
    case "rollup":
      return ` GROUP BY ROLLUP (${list})`;
    case "cube":
      return ` GROUP BY CUBE (${list})`;
    case "sets": {
      const shown = (sets ?? []).map((set) => `(${set.map(print.expression).join(", ")})`);
      return ` GROUP BY ${list}${list === "" ? "" : " "}GROUPING SETS (${shown.join(", ")})`;
    }
  }
}

/** FROM, LATERAL VIEWs and WHERE below a select list, each with a blank before it. */
function printRows(relation: Relation, print: PartPrinters): string {
  const where = relation.kind === "Filter" ? ` WHERE ${print.expression(relation.condition)}` : "";
  let rest = relation.kind === "Filter" ? relation.input : relation;
  const views: string[] = [];
  while (rest.kind === "LateralView") {
    views.unshift(printView(rest, print));
    rest = rest.input;
  }
  const source = rest.kind === "OneRow" ? "" : ` ${from(rest, print)}`;
  return `${source}${views.join("")}${where}`;
}

function printView({ generator, outer, table, columns }: LateralView, print: PartPrinters): string {
  const name = table === undefined ? "" : ` ${quoteName(table)}`;
  const names = columns.length > 0 ? ` AS ${columns.map(quoteName).join(", ")}` : "";
  return ` LATERAL VIEW ${outer ? "OUTER " : ""}${print.expression(generator)}${name}${names}`;
}
