import {
  array,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  field,
  INTEGER,
  INTERVAL_DAY_TIME,
  LONG,
  map,
  STRING,
  sameType,
  struct,
  VOID,
} from "@sluice/query";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { commonType, isStorable } from "./storable-type.ts";

test.each<[DataType, DataType, DataType | undefined]>([
  [LONG, INTEGER, LONG],
  [INTEGER, LONG, LONG],
  [DOUBLE, INTEGER, DOUBLE],
  [DOUBLE, LONG, undefined],
  [STRING, INTEGER, undefined],
  [VOID, STRING, STRING],
  [decimal(10, 2), decimal(12, 1), undefined],
  [decimal(12, 2), decimal(10, 1), decimal(12, 2)],
  [decimal(20, 0), LONG, decimal(20, 0)],
  [array(LONG), array(INTEGER), array(LONG)],
  [
    struct([field("a", LONG)]),
    struct([field("A", INTEGER), field("b", STRING)]),
    struct([field("a", LONG), field("b", STRING)]),
  ],
])("%j and %j meet in %j", (kept, added, common) => {
  expect(commonType(kept, added, true)).toEqual(common);
});

test("a stored type is not widened", () => {
  expect(commonType(INTEGER, LONG, false)).toBeUndefined();
  expect(commonType(LONG, INTEGER, false)).toEqual(LONG);
});

test("the common type holds both", () => {
  const atom = fc.constantFrom<DataType>(INTEGER, LONG, FLOAT, DOUBLE, STRING, VOID, decimal(8, 2), decimal(18, 4));
  const { type } = fc.letrec<{ type: DataType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 2 },
      atom,
      tie("type").map((element) => array(element)),
      fc.array(tie("type"), { maxLength: 3 }).map((types) => struct(types.map((one, i) => field(`c${i}`, one)))),
    ),
  }));
  void fc.assert(
    fc.property(type, type, (left, right) => {
      const common = commonType(left, right, true);
      if (common === undefined) return;
      for (const side of [left, right]) {
        const again = commonType(common, side, false);
        expect(again !== undefined && sameType(again, common)).toBe(true);
      }
    }),
  );
});

test("intervals and columns without a type cannot be stored, nested neither", () => {
  expect(isStorable(map(STRING, array(LONG)))).toBe(true);
  expect(isStorable(map(STRING, array(VOID)))).toBe(false);
  expect(isStorable(struct([field("i", INTERVAL_DAY_TIME)]))).toBe(false);
});
