import type { DataType, Value } from "@sluice/query";

/** A value as both sides write it: numbers and times as texts, doubles marked, maps as pairs sorted by their text. */
export type Canonical =
  | null
  | boolean
  | string
  | readonly Canonical[]
  | { readonly double: string }
  | { readonly map: readonly Canonical[] };

/** What one side answers to a query. */
export type Answer =
  | { readonly schema: string; readonly rows: readonly Canonical[] }
  | { readonly error: string; readonly message?: string };

const MICROSECONDS = 1_000_000n;

/** A value of our engine in the form of the judges. */
export function canonical(value: Value, type: DataType): Canonical {
  if (value === null) return null;
  switch (type.kind) {
    case "boolean":
      return value === true;
    case "float":
    case "double":
      return { double: String(value) };
    case "date":
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case "timestamp":
    case "timestamp_ntz":
      return moment(BigInt(value as bigint));
    case "decimal":
      return shortDecimal(String(value));
    case "binary":
      return Buffer.from(value as Uint8Array).toString("hex");
    case "array":
      return (value as readonly Value[]).map((item) => canonical(item, type.element));
    case "struct":
      return type.fields.map((one, i) => canonical((value as readonly Value[])[i] ?? null, one.dataType));
    case "map": {
      const pairs = (value as readonly (readonly Value[])[]).map(([key = null, item = null]) => [
        canonical(key, type.key),
        canonical(item, type.value),
      ]);
      return { map: pairs.toSorted((a, b) => (pythonText(a) < pythonText(b) ? -1 : 1)) };
    }
    default:
      return String(value);
  }
}

function moment(microseconds: bigint): string {
  const fraction = ((microseconds % MICROSECONDS) + MICROSECONDS) % MICROSECONDS;
  const seconds = (microseconds - fraction) / MICROSECONDS;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${String(fraction).padStart(6, "0")}`;
}

/** Spark's Decimal keeps more or fewer zeros at the end than its type says. */
function shortDecimal(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function pythonText(value: Canonical): string {
  return JSON.stringify(value);
}

/** What differs between two answers; undefined when they agree. An error agrees with any error. */
export function difference(query: string, spark: Answer, ours: Answer): string | undefined {
  if ("error" in spark || "error" in ours) {
    return "error" in spark === "error" in ours ? undefined : `Spark: ${told(spark)}\n  ours: ${told(ours)}`;
  }
  if (spark.schema !== ours.schema) return `Spark's type: ${spark.schema}\n  our type: ${ours.schema}`;
  const [wanted, got] = /ORDER BY [^)]*$/i.test(query)
    ? [spark.rows, ours.rows]
    : [sorted(spark.rows), sorted(ours.rows)];
  if (wanted.length !== got.length)
    return `Spark has ${wanted.length} rows, we have ${got.length}\n  Spark: ${told(spark)}\n  ours: ${told(ours)}`;
  const differing = wanted.flatMap((row, i) => (same(row, got[i] ?? null) ? [] : [i]));
  if (differing.length === 0) return undefined;
  const lines = differing
    .slice(0, 4)
    .map((i) => `Spark: ${JSON.stringify(wanted[i])}\n  ours: ${JSON.stringify(got[i])}`);
  return `${differing.length} of ${wanted.length} rows differ\n  ${lines.join("\n  ")}`;
}

function told(answer: Answer): string {
  return "error" in answer ? `${answer.error} ${answer.message ?? ""}` : JSON.stringify(answer).slice(0, 600);
}

function sorted(rows: readonly Canonical[]): readonly Canonical[] {
  const keyed = rows.map((row) => ({ row, key: sortKey(row) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

function sortKey(row: Canonical): string {
  return JSON.stringify(row, (key, value) => (key === "double" ? asNumber(value).toPrecision(9) : value));
}

function same(wanted: Canonical, got: Canonical): boolean {
  if (isList(wanted)) {
    return isList(got) && wanted.length === got.length && wanted.every((one, i) => same(one, got[i] ?? null));
  }
  if (typeof wanted !== "object" || wanted === null) return wanted === got;
  if (typeof got !== "object" || got === null || isList(got)) return false;
  if ("double" in wanted) return "double" in got && sameDouble(asNumber(wanted.double), asNumber(got.double));
  return "map" in wanted && "map" in got && same(wanted.map, got.map);
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}

function asNumber(text: string): number {
  return text === "inf" ? Number.POSITIVE_INFINITY : text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

function sameDouble(a: number, b: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}
