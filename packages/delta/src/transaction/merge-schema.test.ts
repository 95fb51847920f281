import { array, field, INTEGER, LONG, map, STRING, struct, VOID } from "@sluice/query";
import { expect, test } from "vitest";
import { mergeSchema } from "./merge-schema.ts";

const current = struct([field("Id", LONG, false), field("o", struct([field("a", INTEGER)])), field("name", STRING)]);

test("new columns and new fields go to the end and allow NULL; the order and spelling of the table stay", () => {
  const wanted = struct([
    field("new", STRING, false),
    field("O", struct([field("b", STRING), field("A", INTEGER)])),
    field("ID", LONG, false, { comment: "key" }),
  ]);
  expect(mergeSchema(current, wanted)).toEqual(
    struct([
      field("Id", LONG, false, { comment: "key" }),
      field("o", struct([field("a", INTEGER), field("b", STRING)])),
      field("name", STRING),
      field("new", STRING),
    ]),
  );
});

test("structs inside arrays and maps grow as well, and a column without a type gets one", () => {
  const before = struct([
    field("l", array(struct([field("a", LONG)]))),
    field("m", map(STRING, VOID)),
    field("v", VOID),
  ]);
  const wanted = struct([
    field("l", array(struct([field("b", LONG)]))),
    field("m", map(STRING, LONG)),
    field("v", LONG),
  ]);
  expect(mergeSchema(before, wanted)).toEqual(
    struct([
      field("l", array(struct([field("a", LONG), field("b", LONG)]))),
      field("m", map(STRING, LONG)),
      field("v", LONG),
    ]),
  );
});

test("NOT NULL can be given up, not taken on", () => {
  const wanted = struct([field("id", LONG), field("name", STRING, false)]);
  expect(mergeSchema(current, wanted).fields.map((one) => one.nullable)).toEqual([true, true, true]);
});

test("another type is refused with the column's path and both types", () => {
  const wanted = struct([field("o", struct([field("a", array(LONG))]))]);
  expect(() => mergeSchema(current, wanted)).toThrow(
    /\[DELTA_FAILED_TO_MERGE_FIELDS\] Column "o.a" is int in the table and array<bigint> in the new data.*Cast the column/,
  );
});
