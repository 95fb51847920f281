import {
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  STRING,
  struct,
  TIMESTAMP,
  type Typed,
  type Value,
} from "@sluice/query";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AddFile } from "../action/action.ts";
import { compareUtf8 } from "../storage/object-store.ts";
import { mayMatch } from "./may-match.ts";

const schema = struct([
  field("id", LONG),
  field("Name", STRING),
  field("price", decimal(20, 2)),
  field("day", DATE),
  field("at", TIMESTAMP),
  field("flag", BOOLEAN),
  field("x", DOUBLE),
  field("o", struct([field("a", INTEGER)])),
  field("part", INTEGER),
]);
const table = { schema, partitionColumns: ["part"] };

const literal = (value: Value, dataType: DataType): Typed => ({
  kind: "Literal",
  value,
  dataType,
  nullable: value === null,
});
const call = (name: string, ...args: readonly Typed[]): Typed => ({
  kind: "Call",
  name,
  args,
  dataType: BOOLEAN,
  nullable: true,
});

function column(name: string): Typed {
  const found = schema.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return { kind: "Column", id: 1, name, dataType: found?.dataType ?? STRING, nullable: true };
}

function file(stats: unknown, part: string | null = "1"): AddFile {
  const text = typeof stats === "string" ? stats : JSON.stringify(stats);
  return {
    kind: "AddFile",
    path: "a",
    partitionValues: { part },
    size: 1,
    modificationTime: 0,
    dataChange: true,
    stats: text,
  };
}

const id = column("ID");
const long = (value: bigint): Typed => literal(value, LONG);
const between10And20 = file({ numRecords: 9, minValues: { id: 10 }, maxValues: { id: 20 }, nullCount: { id: 0 } });
const onlyNulls = file({ numRecords: 9, nullCount: { id: 9 } });

test.each<readonly [string, Typed, boolean]>([
  ["id = 9", call("=", id, long(9n)), false],
  ["id = 10", call("==", id, long(10n)), true],
  ["20 < id", call("<", long(20n), id), false],
  ["20 <= id", call("<=", long(20n), id), true],
  ["id <> 15", call("<>", id, long(15n)), true],
  ["id = null", call("=", id, literal(null, LONG)), false],
  ["id <=> null", call("<=>", id, literal(null, LONG)), false],
  ["id is null", call("isnull", id), false],
  ["id is not null", call("isnotnull", id), true],
  ["not (id >= 10)", call("not", call(">=", id, long(10n))), false],
  ["not (id > 10)", call("not", call(">", id, long(10n))), true],
  ["id in (1, 2, 21)", call("in", id, long(1n), long(2n), long(21n)), false],
  ["id in (1, 12)", call("in", id, long(1n), long(12n)), true],
  ["id not in (1, null)", call("not", call("in", id, long(1n), literal(null, LONG))), false],
  ["id between 21 and 30", call("between", id, long(21n), long(30n)), false],
  ["id < 10 or id > 20", call("or", call("<", id, long(10n)), call(">", id, long(20n))), false],
  ["id < 10 or unknown(id)", call("or", call("<", id, long(10n)), call("hash", id)), true],
  ["id < 10 and unknown(id)", call("and", call("<", id, long(10n)), call("hash", id)), false],
  ["missing = 1", call("=", column("missing"), literal("1", STRING)), true],
  ["false", literal(false, BOOLEAN), false],
  ["null", literal(null, BOOLEAN), false],
])("a file with ids from 10 to 20: %s", (_text, condition, expected) => {
  expect(mayMatch(table, between10And20, condition)).toBe(expected);
});

test("a file with nothing but NULLs matches only what asks for NULL", () => {
  expect(mayMatch(table, onlyNulls, call("=", id, long(1n)))).toBe(false);
  expect(mayMatch(table, onlyNulls, call("not", call("=", id, long(1n))))).toBe(false);
  expect(mayMatch(table, onlyNulls, call("isnull", id))).toBe(true);
  expect(mayMatch(table, onlyNulls, call("isnotnull", id))).toBe(false);
});

test("NULL counts are not trusted after a deletion vector made the statistics wide", () => {
  const wide = file({ numRecords: 9, nullCount: { id: 3 }, tightBounds: false });
  expect(mayMatch(table, wide, call("isnull", id))).toBe(true);
  expect(mayMatch(table, wide, call("isnotnull", id))).toBe(true);
});

test.each([undefined, "", "no json", "{}", '{"stats_json":"x"}', '{"numRecords":null,"minValues":7}'])(
  "statistics that say nothing (%j) keep the file",
  (stats) => {
    const { stats: _, ...bare } = file("");
    const one = stats === undefined ? bare : file(stats);
    expect(mayMatch(table, one, call("=", id, long(1n)))).toBe(true);
    expect(mayMatch(table, one, call("isnull", id))).toBe(true);
  },
);

test("a stored maximum of a timestamp stands for its whole millisecond", () => {
  const stats = {
    numRecords: 1,
    minValues: { at: "2024-01-01T00:00:00.123Z" },
    maxValues: { at: "2024-01-01T01:00:00.123+01:00" },
    nullCount: { at: 0 },
  };
  const at = (micros: bigint) => call("=", column("at"), literal(1_704_067_200_000_000n + micros, TIMESTAMP));
  expect(mayMatch(table, file(stats), at(123_999n))).toBe(true);
  expect(mayMatch(table, file(stats), at(124_000n))).toBe(false);
  expect(mayMatch(table, file(stats), at(122_999n))).toBe(false);
});

test("decimals and longs are compared with all their digits", () => {
  const one = file(
    '{"numRecords":1,"minValues":{"id":9007199254740993,"price":123456789012345678.10},"maxValues":{"id":9007199254740993,"price":123456789012345678.10}}',
  );
  expect(mayMatch(table, one, call("=", id, long(9007199254740992n)))).toBe(false);
  expect(mayMatch(table, one, call("=", id, long(9007199254740993n)))).toBe(true);
  expect(mayMatch(table, one, call("=", column("price"), literal("123456789012345678.1", decimal(20, 1))))).toBe(true);
  expect(mayMatch(table, one, call("<", column("price"), literal("123456789012345678.10", decimal(20, 2))))).toBe(
    false,
  );
});

test("dates, fields of structs and casts to wider types are understood", () => {
  const one = file({
    numRecords: 1,
    minValues: { day: "2024-01-01", o: { a: 5 } },
    maxValues: { day: "2024-01-31", o: { a: 7 } },
  });
  const castDay: Typed = {
    kind: "Cast",
    expression: literal("2024-02-01", STRING),
    dataType: DATE,
    try: false,
    nullable: true,
  };
  expect(mayMatch(table, one, call(">=", column("day"), castDay))).toBe(false);
  const a: Typed = {
    kind: "FieldAccess",
    expression: column("o"),
    field: "A",
    ordinal: 0,
    dataType: INTEGER,
    nullable: true,
  };
  const wide: Typed = { kind: "Cast", expression: a, dataType: LONG, try: false, nullable: true };
  expect(mayMatch(table, one, call("=", wide, long(8n)))).toBe(false);
  expect(mayMatch(table, one, call("=", wide, long(7n)))).toBe(true);
  const narrow: Typed = { kind: "Cast", expression: id, dataType: INTEGER, try: false, nullable: true };
  expect(mayMatch(table, between10And20, call("=", narrow, literal(99, INTEGER)))).toBe(true);
});

test("partition values decide exactly", () => {
  const part = call("=", column("part"), literal(1, INTEGER));
  expect(mayMatch(table, file({}, "1"), part)).toBe(true);
  expect(mayMatch(table, file({}, "2"), part)).toBe(false);
  expect(mayMatch(table, file({}, null), part)).toBe(false);
  expect(mayMatch(table, file({}, ""), call("isnull", column("part")))).toBe(true);
  expect(mayMatch(table, file({}, "1"), call("not", part))).toBe(false);
});

type Row = { readonly id: bigint | null; readonly name: string | null };

/** SQL's answer for a row: true, false, or undefined for NULL. */
type Check = (row: Row) => boolean | undefined;

function comparison(operator: string, order: (row: Row) => number | undefined): Check {
  return (row) => {
    const sign = order(row);
    if (sign === undefined) return undefined;
    return { "=": sign === 0, "<>": sign !== 0, "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[
      operator
    ];
  };
}

const operator = fc.constantFrom("=", "<>", "<", "<=", ">", ">=");
const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\u{1f600}", "\uffff"), maxLength: 2 });
const atom: fc.Arbitrary<readonly [Typed, Check]> = fc.oneof(
  fc
    .tuple(operator, fc.bigInt(-5n, 5n))
    .map(([name, value]): readonly [Typed, Check] => [
      call(name, id, long(value)),
      comparison(name, (row) => (row.id === null ? undefined : Number(row.id - value))),
    ]),
  fc
    .tuple(operator, text)
    .map(([name, value]): readonly [Typed, Check] => [
      call(name, column("name"), literal(value, STRING)),
      comparison(name, (row) => (row.name === null ? undefined : compareUtf8(row.name, value))),
    ]),
  fc.constant<readonly [Typed, Check]>([call("isnull", id), (row) => row.id === null]),
);
const { condition } = fc.letrec<{ condition: readonly [Typed, Check] }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    atom,
    tie("condition").map(([typed, check]): readonly [Typed, Check] => [
      call("not", typed),
      (row) => {
        const answer = check(row);
        return answer === undefined ? undefined : !answer;
      },
    ]),
    fc
      .tuple(tie("condition"), tie("condition"))
      .map(([a, b]): readonly [Typed, Check] => [
        call("and", a[0], b[0]),
        (row) => (a[1](row) === false || b[1](row) === false ? false : a[1](row) && b[1](row)),
      ]),
    fc.tuple(tie("condition"), tie("condition")).map(([a, b]): readonly [Typed, Check] => [
      call("or", a[0], b[0]),
      (row) => {
        if (a[1](row) === true || b[1](row) === true) return true;
        return a[1](row) === false && b[1](row) === false ? false : undefined;
      },
    ]),
  ),
}));

function statsOf(rows: readonly Row[]): string {
  const ids = rows.flatMap((row) => row.id ?? []).sort((a, b) => Number(a - b));
  const names = rows.flatMap((row) => row.name ?? []).sort(compareUtf8);
  const bounds = (at: 0 | -1) => ({ id: Number(ids.at(at) ?? 0), Name: names.at(at) });
  const kept = (at: 0 | -1) => (ids.length === 0 ? { Name: names.at(at) } : bounds(at));
  const nullCount = { id: rows.length - ids.length, Name: rows.length - names.length };
  return JSON.stringify({ numRecords: rows.length, minValues: kept(0), maxValues: kept(-1), nullCount });
}

const rows = fc.array(fc.record({ id: fc.option(fc.bigInt(-5n, 5n)), name: fc.option(text) }), {
  minLength: 1,
  maxLength: 4,
});

test("a file with a matching row is never left out", () => {
  fc.assert(
    fc.property(rows, condition, (some, [typed, check]) => {
      if (some.some((row) => check(row) === true)) expect(mayMatch(table, file(statsOf(some)), typed)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
