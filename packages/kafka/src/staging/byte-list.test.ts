import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteList } from "./byte-list.ts";

test("parts of buffers stand one after the other, whatever their sizes and however the room grows", () => {
  const sources = Array.from({ length: 3 }, (_, i) =>
    Buffer.from(Array.from({ length: 9000 }, (_, at) => (at * 7 + i) % 251)),
  );
  const part = fc.record({
    source: fc.nat(2),
    from: fc.nat(3000),
    size: fc.oneof(fc.nat(40), fc.nat(300), fc.nat(6000)),
  });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), fc.boolean(), (parts, isCleared) => {
      const list = new ByteList(64);
      if (isCleared) {
        list.sized(sources[0] as Buffer, 5, 200);
        list.clear();
      }
      const expected = parts.map(({ source, from, size }) => {
        const bytes = sources[source] as Buffer;
        list.sized(bytes, from, size);
        const length = Buffer.alloc(4);
        length.writeInt32LE(size);
        return Buffer.concat([length, bytes.subarray(from, from + size)]);
      });
      expect(list.written.equals(Buffer.concat(expected))).toBe(true);
    }),
    { numRuns: 60 },
  );
});
