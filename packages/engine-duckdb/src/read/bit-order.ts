/**
 * A copy with the bits of each byte in the other order: Delta counts rows from the lowest bit, DuckDB from the highest. The length is a multiple of four.
 */
export function turnBits(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes);
  const words = new Uint32Array(turned.buffer);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? 0;
    if (word !== 0) words[at] = turnWord(word);
  }
  return turned;
}

function turnWord(word: number): number {
  const pairs = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1);
  const nibbles = ((pairs >>> 2) & 0x33333333) | ((pairs & 0x33333333) << 2);
  return ((nibbles >>> 4) & 0x0f0f0f0f) | ((nibbles & 0x0f0f0f0f) << 4);
}
