import fc from "fast-check";
import { expect, test } from "vitest";
import { LayeredMap } from "./layered-map.ts";

const changes = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.option(fc.nat(), { nil: undefined })), { maxLength: 120 }),
  { maxLength: 12 },
);

test("a map with changes equals a plain map with the same changes, and the maps before it stay as they were", () => {
  fc.assert(
    fc.property(changes, (batches) => {
      const plain = new Map<string, number>();
      const seen: (readonly [LayeredMap<number>, readonly (readonly [string, number])[]])[] = [];
      let layered = new LayeredMap<number>();
      for (const batch of batches) {
        const last = new Map(batch.map(([key, value]) => [String(key), value]));
        for (const [key, value] of last) value === undefined ? plain.delete(key) : plain.set(key, value);
        layered = layered.with(last);
        seen.push([layered, [...plain]]);
      }
      for (const [map, entries] of seen) {
        expect(map.size).toBe(entries.length);
        expect([...map.values()].sort((a, b) => a - b)).toEqual(
          entries.map(([, value]) => value).sort((a, b) => a - b),
        );
        for (const [key, value] of entries) expect(map.get(key)).toBe(value);
      }
    }),
  );
});

test("entries that need not be kept are gone after some changes, the others stay", () => {
  let map = new LayeredMap<number>();
  for (let i = 0; i < 1000; i++) map = map.with(new Map([[String(i), i]]), (value) => value >= i - 10);
  expect(map.size).toBeLessThan(100);
  expect([...map.values()].sort((a, b) => a - b).slice(-10)).toEqual([...Array(10).keys()].map((i) => 990 + i));
  expect(map.get("999")).toBe(999);
  expect(map.get("1")).toBeUndefined();
});
