/** One column of a SELECT: its SQL and its quoted name. */
export interface Item {
  readonly sql: string;
  readonly name: string;
}

/** A SELECT in parts, so that a node above may add to it instead of wrapping it. */
export interface Select {
  readonly items: readonly Item[];
  /** The text after FROM; absent for one row without columns. */
  readonly from?: string;
  readonly where?: readonly string[];
  readonly groupBy?: string;
  readonly qualify?: string;
  readonly orderBy?: readonly string[];
  readonly limit?: string;
  /** `DISTINCT` or `DISTINCT ON (..)`. */
  readonly distinct?: string;
  /** FROM is a join: it needs brackets on the right side of another join. */
  readonly joined?: boolean;
  /** A whole statement that is no plain SELECT (a UNION); the other parts but `items` are then empty. */
  readonly whole?: string;
}

/** Whether the columns are those of FROM, unchanged: WHERE may then be added from above. */
export function isPassing(select: Select): boolean {
  return (
    select.whole === undefined &&
    select.groupBy === undefined &&
    select.limit === undefined &&
    select.orderBy === undefined &&
    select.distinct === undefined &&
    select.qualify === undefined &&
    select.from !== undefined &&
    select.items.every((item) => item.sql === item.name)
  );
}

/** One row without columns: whatever is computed over it needs no FROM. */
function isUnit(select: Select): boolean {
  return select.items.length === 0 && printSelect({ ...select, items: [{ sql: "1", name: "1" }] }) === "SELECT 1";
}

/** The SELECT whose FROM is another one. */
export function selectFrom(inner: Select): Select {
  if (isPassing(inner) || isUnit(inner)) return inner;
  return { items: inner.items.map(({ name }) => ({ sql: name, name })), from: toSource(inner) };
}

/** A SELECT as it stands in FROM: just its own FROM when it adds nothing, else in brackets. */
export function toSource(select: Select): string {
  if (isPassing(select) && (select.where ?? []).length === 0 && select.from !== undefined) return select.from;
  return `(\n${indent(printSelect(select))}\n)`;
}

/** The statement's text. */
export function printSelect(select: Select): string {
  if (select.whole !== undefined) return select.whole;
  const where = select.where ?? [];
  return [
    printItems(select),
    ...(select.from === undefined ? [] : [`FROM ${select.from}`]),
    ...(where.length === 0 ? [] : [`WHERE ${where.join("\n  AND ")}`]),
    ...(select.groupBy === undefined ? [] : [`GROUP BY ${select.groupBy}`]),
    ...(select.qualify === undefined ? [] : [`QUALIFY ${select.qualify}`]),
    ...(select.orderBy === undefined ? [] : [`ORDER BY ${select.orderBy.join(", ")}`]),
    ...(select.limit === undefined ? [] : [select.limit]),
  ].join("\n");
}

function printItems(select: Select): string {
  const head = select.distinct === undefined ? "SELECT" : `SELECT ${select.distinct}`;
  const items = select.items.map(printItem);
  if (items.length === 0) return `${head} 1 AS "_"`;
  const line = items.join(", ");
  if (line.length <= 100 && !line.includes("\n")) return `${head} ${line}`;
  return `${head}\n${items.map((item) => indent(item)).join(",\n")}`;
}

function printItem(item: Item): string {
  return item.sql === item.name ? item.name : `${item.sql} AS ${item.name}`;
}

/** Text moved two blanks to the right; the insides of string literals that span lines are left alone. */
export function indent(text: string): string {
  if (!text.includes("\n")) return `  ${text}`;
  let quoted = false;
  return text
    .split("\n")
    .map((line) => {
      const result = quoted ? line : `  ${line}`;
      if ((line.match(/'/g)?.length ?? 0) % 2 === 1) quoted = !quoted;
      return result;
    })
    .join("\n");
}
