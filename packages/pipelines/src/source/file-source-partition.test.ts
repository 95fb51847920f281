import { DATE, DOUBLE, field, INTEGER, LONG, STRING } from "@sluice/query";
import { expect, test } from "vitest";
import { partitionColumns } from "./file-source-partition.ts";

test("folders give columns in their order, with the narrowest type that holds all values", () => {
  const paths = [
    "/in/year=2024/day=2024-01-01/big=9999999999/x=1.5/name=a%20b/1.json",
    "/in/year=2025/day=2024-01-02/big=1/x=2/name=7/2.json",
    "/in/year=__HIVE_DEFAULT_PARTITION__/day=2024-01-02/big=1/x=2/name=7/2.json",
  ];
  expect(partitionColumns(paths, "/in")).toEqual([
    field("year", INTEGER),
    field("day", DATE),
    field("big", LONG),
    field("x", DOUBLE),
    field("name", STRING),
  ]);
});

test("nothing outside of the base folder counts, and no file name", () => {
  expect(partitionColumns(["/in/a=1/b=2/c=3.json", "/a=1/x.json"], "/in/a=1")).toEqual([field("b", INTEGER)]);
});
