import fc from "fast-check";
import { expect, test } from "vitest";
import { limitRange } from "./limit-range.ts";
import { countBetween, type Position } from "./position.ts";

const position = (...offsets: readonly number[]): Position => ({
  t: { id: "id", partitions: Object.fromEntries(offsets.map((offset, partition) => [partition, offset])) },
});

test("[F158] a batch takes its share of each partition, and all when that is not more than the limit", () => {
  expect(limitRange(position(0, 0), position(10, 30), 20)).toEqual(position(5, 15));
  expect(limitRange(position(0, 0), position(10, 30), 40)).toEqual(position(10, 30));
  expect(limitRange(position(0, 0, 7), position(1000, 1, 7), 100)).toEqual(position(99, 1, 7));
});

test("batches of any limit get to the end and never pass it", () => {
  const offsets = fc.array(fc.tuple(fc.nat(50), fc.nat(200)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(offsets, fc.integer({ min: 1, max: 60 }), (pairs, most) => {
      const end = position(...pairs.map(([from, size]) => from + size));
      let at = position(...pairs.map(([from]) => from));
      for (let left = countBetween(at, end); left > 0; left = countBetween(at, end)) {
        const next = limitRange(at, end, most);
        const taken = countBetween(at, next);
        expect(taken).toBeGreaterThan(0);
        expect(taken).toBeLessThanOrEqual(most + pairs.length);
        at = next;
      }
      expect(at).toEqual(end);
    }),
  );
});
