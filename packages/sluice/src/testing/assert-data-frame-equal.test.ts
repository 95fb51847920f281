import { afterAll, describe, expect, test } from "vitest";
import { openSession } from "../session/open-session.ts";
import { assertDataFrameEqual } from "./assert-data-frame-equal.ts";

const session = openSession();
afterAll(() => session.stop());

describe("assertDataFrameEqual", () => {
  test("takes rows in any order, near numbers as equal, and rows as objects for a DataFrame [F221]", async () => {
    const actual = session.createDataFrame([
      { id: 1, share: 0.30000000000000004 },
      { id: 2, share: null },
    ]);
    const expected = session.createDataFrame([
      { id: 2, share: null },
      { id: 1, share: 0.3 },
    ]);
    await assertDataFrameEqual(actual, expected);
    await assertDataFrameEqual(actual, [
      { share: null, id: 2 },
      { id: 1, share: 0.3 },
    ]);
    await expect(assertDataFrameEqual(actual, expected, { checkRowOrder: true })).rejects.toThrow("( 100.00000 % )");
  });

  test("shows what differs, as PySpark does, duplicates counted [F221]", async () => {
    const actual = session.createDataFrame(
      [
        ["a", 1],
        ["b", 2],
        ["b", 2],
      ],
      "name STRING, n INT",
    );
    await expect(
      assertDataFrameEqual(actual, [
        { name: "a", n: 1 },
        { name: "b", n: 3 },
      ]),
    ).rejects.toThrow(
      [
        "[DIFFERENT_ROWS] Results do not match: ( 66.66667 % )",
        "*** actual ***",
        "  { name: 'a', n: 1 }",
        "! { name: 'b', n: 2 }",
        "! { name: 'b', n: 2 }",
        "*** expected ***",
        "  { name: 'a', n: 1 }",
        "! { name: 'b', n: 3 }",
      ].join("\n"),
    );
  });

  test("compares columns of DataFrames, types included, NULL or not left out [F221]", async () => {
    const ints = session.createDataFrame([[1]], "n INT NOT NULL");
    const longs = session.createDataFrame([[1]], "n BIGINT");
    await expect(assertDataFrameEqual(ints, longs)).rejects.toThrow(
      "[DIFFERENT_SCHEMA] Schemas do not match.\n*** actual ***\n! n int\n*** expected ***\n! n bigint",
    );
    await assertDataFrameEqual(ints, longs, { ignoreColumnType: true });
    await assertDataFrameEqual(ints, session.createDataFrame([[1]], "n INT"));
    await expect(
      assertDataFrameEqual(ints, session.createDataFrame([[1]], "n INT"), { ignoreNullable: false }),
    ).rejects.toThrow("! n int not null");
  });
});
