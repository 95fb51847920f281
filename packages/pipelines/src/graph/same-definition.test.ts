import { expect, test } from "vitest";
import { sameDefinition } from "./same-definition.ts";

test("plain data is the same when it says the same", () => {
  const data = (n: bigint) => ({ a: [1, "x", null, undefined], m: new Map([["k", { n }]]), s: new Set([1, 2]) });
  expect(sameDefinition(data(1n), data(1n))).toBe(true);
  expect(sameDefinition(data(1n), data(2n))).toBe(false);
});

test.each<readonly [string, unknown, unknown]>([
  ["a member more", { a: 1 }, { a: 1, b: undefined }],
  ["a member of another name", { a: undefined }, { b: undefined }],
  ["an item less", [1, 2], [1]],
  [
    "another order of a map",
    new Map([
      [1, 2],
      [3, 4],
    ]),
    new Map([
      [3, 4],
      [1, 2],
    ]),
  ],
  ["an array in the place of an object", { 0: 1 }, [1]],
  ["a number in the place of a text", 1, "1"],
])("%s makes a difference", (_what, left, right) => {
  expect(sameDefinition(left, right)).toBe(false);
  expect(sameDefinition(right, left)).toBe(false);
});

test("numbers of DataFrames may differ where they stand for the same one everywhere", () => {
  const self = (left: number, right: number) => ({ left: { planId: left }, right: { planId: right } });
  expect(sameDefinition(self(1, 2), self(7, 9))).toBe(true);
  expect(sameDefinition(self(1, 1), self(7, 7))).toBe(true);
  expect(sameDefinition(self(1, 2), self(7, 7))).toBe(false);
  expect(sameDefinition(self(1, 1), self(7, 9))).toBe(false);
});

test("query functions are not looked at, others are the same only when they are identical", () => {
  expect(sameDefinition({ query: () => 1 }, { query: () => 2 })).toBe(true);
  expect(sameDefinition({ query: () => 1 }, { query: "SELECT 1" })).toBe(false);
  const handler = (): number => 1;
  expect(sameDefinition({ handler }, { handler })).toBe(true);
  expect(sameDefinition({ handler }, { handler: () => 1 })).toBe(false);
});

test("objects with a life of their own are the same only when they are identical", () => {
  const when = new Date(0);
  expect(sameDefinition({ when }, { when })).toBe(true);
  expect(sameDefinition({ when }, { when: new Date(0) })).toBe(false);
});
