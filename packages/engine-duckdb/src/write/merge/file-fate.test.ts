import { expect, test } from "vitest";
import { fateOf, readsOldRows } from "./file-fate.ts";

const MEGABYTE = 1024 * 1024;

test("a file goes when no row is left, is kept when none goes, and gets a vector while most of its rows stay", () => {
  const file = { physical: 1000, deleted: 100, removed: 0, sizeBytes: MEGABYTE };
  expect(fateOf(file, true)).toBe("Keep");
  expect(fateOf({ ...file, removed: 900 }, true)).toBe("Remove");
  expect(fateOf({ ...file, removed: 900 }, false)).toBe("Remove");
  expect(fateOf({ ...file, removed: 10 }, true)).toBe("Vector");
  expect(fateOf({ ...file, removed: 10 }, false)).toBe("Rewrite");
});

test("a file of which little is left is written anew, unless that little is much", () => {
  const file = { physical: 1000, deleted: 0, removed: 600, sizeBytes: 10 * MEGABYTE };
  expect(fateOf(file, true)).toBe("Rewrite");
  expect(fateOf({ ...file, sizeBytes: 1000 * MEGABYTE }, true)).toBe("Vector");
});

test("old rows are read for a feed or a rewrite, else when that costs little beside the merge", () => {
  const facts = {
    hasFeed: false,
    hasVectors: true,
    physical: 1_000_000,
    removed: 100,
    sizeBytes: 500 * MEGABYTE,
    seldomSame: false,
  };
  expect(readsOldRows(facts)).toBe(false);
  expect(readsOldRows({ ...facts, hasFeed: true })).toBe(true);
  expect(readsOldRows({ ...facts, hasVectors: false })).toBe(true);
  expect(readsOldRows({ ...facts, sizeBytes: MEGABYTE })).toBe(true);
  expect(readsOldRows({ ...facts, removed: 20_000 })).toBe(true);
  expect(readsOldRows({ ...facts, removed: 20_000, seldomSame: true })).toBe(false);
});
