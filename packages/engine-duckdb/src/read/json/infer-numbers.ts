import { type DataType, DOUBLE, decimal, LONG } from "@sluice/query";
import { quoteText } from "../../compile/identifier.ts";
import type { Connection } from "../../connection/duck-db.ts";

const MOST_DIGITS = 38;

/** Digits that a decimal needs for every 64-bit integer. */
const LONG_DIGITS = 20;

/** Places in records where all values are numbers. */
export interface NumberPlaces {
  /** SQL of a table with a column `j` of JSON; with `prefersDecimal` its numbers are marked. */
  readonly records: string;
  readonly paths: readonly string[];
  /** Whether numbers with a point are decimals too, not doubles. */
  readonly prefersDecimal: boolean;
}

/** The types that hold the numbers in some places: 64-bit integers, else decimals of the digits that were seen before and after the point, else doubles. */
export async function numberTypes(
  connection: Connection,
  { records, paths, prefersDecimal }: NumberPlaces,
): Promise<ReadonlyMap<string, DataType>> {
  if (paths.length === 0) return new Map();
  const shapes = paths.map((path, at) => `coalesce(${shapesAt(path, at)}, [])`);
  const rows = await connection.rows(
    `SELECT DISTINCT unnest(flatten([${shapes.join(", ")}])) AS shape FROM (${records})`,
  );
  const found = rows.map((row) => String(row["shape"]).split(" "));
  return new Map(
    paths.map((path, at) => [
      path,
      numberType(
        found.filter(([place]) => place === String(at)).map((one) => one.slice(1)),
        prefersDecimal,
      ),
    ]),
  );
}

function shapesAt(path: string, at: number): string {
  const value = `json_extract(j, ${quoteText(path)})`;
  const texts = `list_transform(${path.includes("[*]") ? value : `[${value}]`}, lambda v: sp_written_scalar(v::VARCHAR))`;
  const numbers = `list_filter(${texts}, lambda v: v <> 'null')`;
  return `list_transform(${numbers}, lambda v: '${at} ' || sp_number_shape(v))`;
}

/** The type for numbers of these shapes: `long`, or digits from the first that is no zero, digits after the point, exponent. */
export function numberType(shapes: readonly (readonly string[])[], prefersDecimal: boolean): DataType {
  const others = shapes.filter(([first]) => first !== "long");
  if (others.length === 0) return LONG;
  if (!prefersDecimal && others.some(([, fraction, exponent]) => fraction !== "0" || exponent !== "0")) return DOUBLE;
  const places = others.map(placesOf);
  const isLong = others.length < shapes.length;
  const whole = Math.max(isLong ? LONG_DIGITS : 0, ...places.map((one) => one.whole));
  const scale = Math.max(...places.map((one) => one.scale));
  return whole + scale > MOST_DIGITS ? DOUBLE : decimal(whole + scale, scale);
}

/** How many places a number has before and after its point, written without an exponent; none before it when they are zeros. */
function placesOf(shape: readonly string[]): { readonly whole: number; readonly scale: number } {
  const [digits = 0, fraction = 0, exponent = 0] = shape.map(Number);
  const scale = fraction - exponent;
  return { whole: Math.max(Math.max(digits, 1) - scale, 0), scale: Math.max(scale, 0) };
}
