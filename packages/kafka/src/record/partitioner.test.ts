import { expect, test } from "vitest";
import { murmur2, partitionOfKey } from "./partitioner.ts";

test("hashes are those of Kafka's own tests", () => {
  const expected: Readonly<Record<string, number>> = {
    "21": -973932308,
    foobar: -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
  };
  for (const [text, hash] of Object.entries(expected)) {
    const bytes = Buffer.from(`..${text}.`);
    expect(murmur2(bytes, 2, text.length)).toBe(hash);
    expect(partitionOfKey(bytes, 2, text.length, 7)).toBe((hash & 0x7fffffff) % 7);
  }
});
