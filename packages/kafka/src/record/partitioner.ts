/** The partition of a key as Java's client chooses it: murmur2 without its sign, modulo the number of partitions. */
export function partitionOfKey(bytes: Buffer, at: number, length: number, partitions: number): number {
  return (murmur2(bytes, at, length) & 0x7fffffff) % partitions;
}

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** Austin Appleby's MurmurHash2 with the seed of Kafka, as a signed number of 32 bits. */
export function murmur2(bytes: Buffer, at: number, length: number): number {
  let hash = SEED ^ length;
  const blocks = at + (length & ~3);
  for (let i = at; i < blocks; i += 4) {
    let k = Math.imul(bytes.readInt32LE(i), M);
    k = Math.imul(k ^ (k >>> 24), M);
    hash = Math.imul(hash, M) ^ k;
  }
  hash = withTail(hash, bytes, blocks, length & 3);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

function withTail(hash: number, bytes: Buffer, at: number, count: number): number {
  if (count === 0) return hash;
  let tail = 0;
  for (let i = count - 1; i >= 0; i--) tail = (tail << 8) | (bytes[at + i] as number);
  return Math.imul(hash ^ tail, M);
}
