import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Dice } from "./dice.ts";

/** The kinds of values that queries are made of. */
export type Kind = "int" | "long" | "decimal" | "double" | "string" | "boolean" | "date" | "timestamp" | "ints";

interface Generated {
  readonly type: string;
  readonly kind: Kind;
  /** SQL of values, in DuckDB's spelling; NULL comes besides. */
  readonly values: readonly string[];
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** The columns of every generated table: ordinary values, and those at which programs break. */
const COLUMNS: Readonly<Record<string, Generated>> = {
  g: { type: "VARCHAR", kind: "string", values: ["a", "b", "c"].map(text) },
  i: { type: "INTEGER", kind: "int", values: ["-7", "-1", "0", "1", "2", "3", "5", "10", "100"] },
  ie: { type: "INTEGER", kind: "int", values: ["2147483647", "-2147483648", "0", "1", "-1", "65536"] },
  l: { type: "BIGINT", kind: "long", values: ["0", "1", "-3", "4294967296", "1234567890123"] },
  m: {
    type: "DECIMAL(10,2)",
    kind: "decimal",
    values: ["0.00", "0.01", "-0.01", "1.25", "19.99", "-7.50", "1000.00", "99999999.99"],
  },
  n: { type: "DECIMAL(20,6)", kind: "decimal", values: ["0.000001", "-2.500000", "3.333333", "12345678901234.567890"] },
  x: {
    type: "DOUBLE",
    kind: "double",
    values: ["0.0", "-0.0", "0.5", "-1.5", "2.25", "1e10", "'nan'", "'inf'", "'-inf'"],
  },
  s: {
    type: "VARCHAR",
    kind: "string",
    values: [
      "",
      " ",
      "abc",
      "ABC",
      "  pad ",
      "a,b,,c",
      "Zürich",
      "😀a😀",
      "100%_x",
      "2024-02-29",
      "12",
      "1.50",
      "x'y",
      "line\nbreak",
    ].map(text),
  },
  b: { type: "BOOLEAN", kind: "boolean", values: ["true", "false"] },
  d: {
    type: "DATE",
    kind: "date",
    values: ["2024-02-29", "2023-12-31", "2024-03-10", "2024-11-03", "1970-01-01", "1969-12-31", "2000-01-31"].map(
      text,
    ),
  },
  ts: {
    type: "TIMESTAMPTZ",
    kind: "timestamp",
    values: [
      ...[
        "2024-03-10 09:59:59.999999+00",
        "2024-03-10 10:00:00+00",
        "2024-11-03 08:30:00+00",
        "2024-11-03 09:30:00+00",
      ],
      ...["1969-12-31 23:59:59.5+00", "2024-02-29 12:34:56.789012+00", "2023-12-31 23:30:00+00"],
    ].map(text),
  },
  a: { type: "INTEGER[]", kind: "ints", values: ["[]", "[1]", "[3,1,2]", "[NULL,5]", "[2,2,-1]", "[7,NULL,7]"] },
};

/** The columns that expressions may name, by kind. `k` is the key: never NULL, and unique in a table. */
export const COLUMN_KINDS: Readonly<Record<string, Kind>> = {
  k: "int",
  ...Object.fromEntries(Object.entries(COLUMNS).map(([name, { kind }]) => [name, kind])),
};

const ROWS: Readonly<Record<string, number>> = { t: 24, u: 12, v: 5 };

/** Writes tables of random rows as Parquet files into a folder; their paths by name. */
export async function writeRandomTables(folder: string, dice: Dice): Promise<Readonly<Record<string, string>>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const paths: Record<string, string> = {};
  for (const [name, count] of Object.entries(ROWS)) {
    const rows = Array.from(
      { length: count },
      (_, k) => `(${[`${k + 1}`, ...Object.values(COLUMNS).map((one) => value(one, dice))].join(", ")})`,
    );
    const path = join(folder, `${name}.parquet`);
    const select = `SELECT * FROM (VALUES ${rows.join(", ")}) r(k, ${Object.keys(COLUMNS).join(", ")})`;
    await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    paths[name] = path;
  }
  connection.closeSync();
  instance.closeSync();
  return paths;
}

function value({ type, values }: Generated, dice: Dice): string {
  return `CAST(${dice.chance(0.15) ? "NULL" : dice.pick(values)} AS ${type})`;
}
