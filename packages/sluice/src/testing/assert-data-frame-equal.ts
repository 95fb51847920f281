import { AssertionError } from "node:assert";
import { type DataFrame, type Row, type StructType, simpleString } from "@sluice/query";
import { printRow, type RowTolerance, rowsMatch } from "./compare-rows.ts";

/** How two DataFrames are compared; names and defaults are those of `pyspark.testing.assertDataFrameEqual`. */
export interface DataFrameComparison extends Partial<RowTolerance> {
  /** Whether the order of rows counts; by default it does not. */
  readonly checkRowOrder?: boolean;
  /** Whether columns are compared by name alone; by default their order counts. Only for DataFrames. */
  readonly ignoreColumnOrder?: boolean;
  /** Whether types of columns may differ; by default they may not. Only for DataFrames. */
  readonly ignoreColumnType?: boolean;
  /** Whether it does not count which columns may be NULL; by default it does not. Only for DataFrames. */
  readonly ignoreNullable?: boolean;
}

type Rows = DataFrame | readonly Readonly<Record<string, unknown>>[];

/**
 * Checks that two DataFrames have the same columns and rows, duplicates counted. Rows as objects may stand for one: then the columns are not compared but by the rows'
 * values, and 64-bit numbers may be given as numbers.
 *
 * @throws AssertionError that begins with DIFFERENT_SCHEMA or DIFFERENT_ROWS, as PySpark's, and shows both sides; lines that differ begin with `!`
 */
export async function assertDataFrameEqual(
  actual: Rows,
  expected: Rows,
  options: DataFrameComparison = {},
): Promise<void> {
  if (isFrame(actual) && isFrame(expected)) checkSchemas(await actual.schema, await expected.schema, options);
  const rows = await Promise.all([actual, expected].map(async (one) => (isFrame(one) ? await one.collect() : one)));
  const [left = [], right = []] = rows.map((one) => arranged(one as readonly Row[], options));
  checkRows(left, right, { rtol: options.rtol ?? 1e-5, atol: options.atol ?? 1e-8 });
}

/** As `assertDataFrameEqual`, of columns alone. @throws AssertionError that begins with DIFFERENT_SCHEMA */
export function assertSchemaEqual(
  actual: StructType,
  expected: StructType,
  options: Omit<DataFrameComparison, "checkRowOrder"> = {},
): void {
  checkSchemas(actual, expected, options);
}

function isFrame(rows: Rows): rows is DataFrame {
  return !Array.isArray(rows);
}

function arranged(rows: readonly Row[], { checkRowOrder }: DataFrameComparison): readonly Row[] {
  if (checkRowOrder === true) return rows;
  const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
    left < right ? -1 : 1;
  const keyed = rows.map((row) => ({ row, key: printRow(Object.fromEntries(Object.entries(row).sort(byName))) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0)).map(({ row }) => row);
}

function checkSchemas(actual: StructType, expected: StructType, options: DataFrameComparison): void {
  const [left, right] = [columnsOf(actual, options), columnsOf(expected, options)];
  if (left.length === right.length && left.every((column, i) => column === right[i])) return;
  fail(
    "[DIFFERENT_SCHEMA] Schemas do not match.",
    marked(left, right, (i) => left[i] === right[i]),
    actual,
    expected,
  );
}

function columnsOf({ fields }: StructType, options: DataFrameComparison): readonly string[] {
  const { ignoreColumnOrder = false, ignoreColumnType = false, ignoreNullable = true } = options;
  const columns = fields.map(({ name, dataType, nullable }) => {
    const type = ignoreColumnType ? "" : ` ${simpleString(dataType)}`;
    return `${name}${type}${ignoreNullable || nullable ? "" : " not null"}`;
  });
  return ignoreColumnOrder ? columns.sort() : columns;
}

function checkRows(actual: readonly Row[], expected: readonly Row[], tolerance: RowTolerance): void {
  const all = Math.max(actual.length, expected.length);
  const same = Array.from({ length: all }, (_, i) => rowsMatch(actual[i], expected[i], tolerance));
  const different = same.filter((one) => !one).length;
  if (different === 0) return;
  const share = ((different / all) * 100).toFixed(5);
  const lines = marked(actual.map(printRow), expected.map(printRow), (i) => same[i] === true);
  fail(`[DIFFERENT_ROWS] Results do not match: ( ${share} % )`, lines, actual, expected);
}

function marked(actual: readonly string[], expected: readonly string[], isSame: (index: number) => boolean): string {
  const side = (lines: readonly string[]): readonly string[] =>
    lines.map((line, i) => `${isSame(i) ? " " : "!"} ${line}`);
  return ["*** actual ***", ...side(actual), "*** expected ***", ...side(expected)].join("\n");
}

function fail(title: string, lines: string, actual: unknown, expected: unknown): never {
  throw new AssertionError({ message: `${title}\n${lines}`, actual, expected, operator: "assertDataFrameEqual" });
}
