import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { openSparkSql, SESSION, type SparkSql } from "../../test/spark-sql.ts";
import { formatMoment } from "./format-moment.ts";
import { parseMoment } from "./parse-moment.ts";
import { Prelude, requiredPrelude } from "./prelude.ts";
import { functionWorld } from "./settings.ts";

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

async function values(expressions: readonly string[]): Promise<readonly unknown[]> {
  const { rows } = await spark.run(`SELECT ${expressions.map((one, i) => `${one} AS v${i}`).join(", ")}`);
  return rows[0] ?? [];
}

test("a statement names the macros and functions it needs, those that they need first", () => {
  expect(requiredPrelude('SELECT sp_double_string("x"), "sp_unknown", \'sp_bin\'')).toEqual(
    expect.arrayContaining(["js_double_string", "sp_double_string"]),
  );
  const names = requiredPrelude("sp_double_string(x)");
  expect(names.indexOf("js_double_string")).toBeLessThan(names.indexOf("sp_double_string"));
  expect(requiredPrelude("SELECT 1")).toEqual([]);
});

test("statements at the same time share one installation", async () => {
  const prelude = new Prelude(functionWorld({}));
  const { connection } = await openSparkSql();
  const sql = "SELECT sp_double_string(1e10) AS v";
  await Promise.all([prelude.install(connection, sql), prelude.install(connection, sql)]);
  expect((await connection.runAndReadAll(sql)).getRowsJson()).toEqual([["1.0E10"]]);
});

const LONG = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 31n),
);

function literal(value: bigint): string {
  return `CAST('${value}' AS BIGINT)`;
}

test("BIGINT arithmetic without ANSI mode wraps around as Java's does", async () => {
  await fc.assert(
    fc.asyncProperty(LONG, LONG, async (a, b) => {
      const operators = ["add", "subtract", "multiply"];
      const found = await values(operators.map((name) => `sp_${name}_long(${literal(a)}, ${literal(b)})`));
      expect(found).toEqual([a + b, a - b, a * b].map((exact) => BigInt.asIntN(64, exact).toString()));
    }),
    { numRuns: 60 },
  );
});

test("INT arithmetic without ANSI mode wraps around as Java's does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer(), async (a, b) => {
      const found = await values(["add", "subtract", "multiply"].map((name) => `sp_${name}_integer(${a}, ${b})`));
      expect(found).toEqual([(a + b) | 0, (a - b) | 0, Math.imul(a, b)]);
    }),
    { numRuns: 60 },
  );
});

test("a double's text reads back as the same double, in Java's form", async () => {
  await fc.assert(
    fc.asyncProperty(fc.double({ noNaN: true, noDefaultInfinity: true }), async (x) => {
      const text = Object.is(x, -0) ? "-0.0" : String(x);
      const [found] = await values([`sp_double_string(CAST('${text}' AS DOUBLE))`]);
      expect(Number(found)).toBe(x);
      expect(found).toMatch(/^-?(\d{1,7}\.\d+|\d\.\d+E-?\d+)$/);
    }),
    { numRuns: 200 },
  );
});

function halfUp(numerator: bigint, denominator: bigint): bigint {
  const size = (value: bigint) => (value < 0n ? -value : value);
  const rounded = (2n * size(numerator) + size(denominator)) / (2n * size(denominator));
  return numerator < 0n === denominator < 0n ? rounded : -rounded;
}

test("decimals divide exactly, half rounded away from zero", async () => {
  const digits = fc.bigInt(-(10n ** 10n) + 1n, 10n ** 10n - 1n);
  await fc.assert(
    fc.asyncProperty(
      digits,
      digits.filter((value) => value !== 0n),
      async (a, b) => {
        const text = (value: bigint) => `CAST(${value} * 0.01BD AS DECIMAL(10,2))`;
        const [row] = await spark.query(`SELECT CAST(${text(a)} / ${text(b)} AS STRING) AS q`);
        const [digits = "", exponent = "0"] = String(row?.[0]).split("E");
        const [whole = "", fraction = ""] = digits.split(".");
        expect(fraction.length - Number(exponent)).toBe(13);
        expect(BigInt(whole + fraction)).toBe(halfUp(a * 10n ** 13n, b));
      },
    ),
    { numRuns: 60 },
  );
});

test("what a pattern prints it also reads", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true }), (date) => {
      const micros = BigInt(date.getTime()) * 1000n;
      for (const pattern of [
        "yyyy-MM-dd HH:mm:ss.SSS",
        "d MMM yyyy, h:m:s.SSS a",
        "yyyyDDD HHmmss.SSS",
        "MMMM d, yyyy H:mm:ss.SSS[ XXX]",
      ]) {
        const text = formatMoment(micros, pattern, { offset: 0, zone: "UTC" }) ?? "";
        const expected = date.toISOString().replace("T", " ").replace("Z", "000");
        expect(parseMoment(text, pattern)?.slice(0, 26)).toBe(expected);
      }
    }),
    { numRuns: 100 },
  );
});

test("a session in another zone prints and reads local times", async () => {
  const paris = await openSparkSql({}, { ...SESSION, timeZone: "Europe/Paris" });
  expect(
    await paris.query(
      "SELECT CAST(timestamp'2024-07-01 12:00:00Z' AS STRING), date_format(timestamp'2024-07-01 12:00:00Z', 'HH:mm XXX'), CAST('2024-07-01 00:30:00' AS TIMESTAMP), CAST(timestamp'2024-07-01 23:30:00Z' AS DATE)",
    ),
  ).toEqual([["2024-07-01 14:00:00", "14:00 +02:00", "2024-06-30 22:30:00+00", "2024-07-02"]]);
});
