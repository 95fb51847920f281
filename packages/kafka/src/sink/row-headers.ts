import { encodedHeaders } from "../record/batch-builder.ts";

/** The headers of a row, framed pairs at a place, as a record has them; undefined when one has no key. */
export function headersOf(bytes: Buffer, start: number, count: number): Buffer | undefined {
  let at = start;
  const value = (): Buffer | null => {
    const length = bytes.readInt32BE(at);
    const from = at + 4;
    at = from + Math.max(length, 0);
    return length < 0 ? null : bytes.subarray(from, at);
  };
  const pairs: [Buffer, Buffer | null][] = [];
  for (let i = 0; i < count; i++) {
    const name = value();
    const content = value();
    if (name === null) return undefined;
    pairs.push([name, content]);
  }
  return encodedHeaders(pairs);
}
