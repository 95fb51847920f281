import type { PreludeFunction, PreludeValue } from "./prelude-definition.ts";

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mixK(value: number): number {
  return Math.imul(rotate(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593);
}

function mixHash(hash: number, k: number): number {
  return (Math.imul(rotate(hash ^ k, 13), 5) + 0xe6546b64) | 0;
}

function finish(hash: number, length: number): number {
  let value = hash ^ length;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}

function murmurInt(value: bigint, seed: number): number {
  return finish(mixHash(seed, mixK(Number(BigInt.asIntN(32, value)))), 4);
}

function murmurLong(value: bigint, seed: number): number {
  const low = Number(BigInt.asIntN(32, value));
  const high = Number(BigInt.asIntN(32, value >> 32n));
  return finish(mixHash(mixHash(seed, mixK(low)), mixK(high)), 8);
}

/** Spark's variant: the bytes after the last whole word are mixed one by one. */
function murmurBytes(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const aligned = bytes.length - (bytes.length % 4);
  let hash = seed;
  for (let i = 0; i < aligned; i += 4) hash = mixHash(hash, mixK(view.getInt32(i, true)));
  for (let i = aligned; i < bytes.length; i++) hash = mixHash(hash, mixK(view.getInt8(i)));
  return finish(hash, bytes.length);
}

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function rotateLong(value: bigint, bits: bigint): bigint {
  return u64((value << bits) | (value >> (64n - bits)));
}

function avalanche(hash: bigint): bigint {
  let value = u64((hash ^ (hash >> 33n)) * P2);
  value = u64((value ^ (value >> 29n)) * P3);
  return BigInt.asIntN(64, value ^ (value >> 32n));
}

function round(accumulator: bigint, value: bigint): bigint {
  return u64(rotateLong(u64(accumulator + value * P2), 31n) * P1);
}

function xxInt(value: bigint, seed: bigint): bigint {
  const start = u64(seed + P5 + 4n) ^ u64(BigInt.asUintN(32, value) * P1);
  return avalanche(u64(rotateLong(start, 23n) * P2 + P3));
}

function xxLong(value: bigint, seed: bigint): bigint {
  const start = u64(seed + P5 + 8n) ^ round(0n, u64(value));
  return avalanche(u64(rotateLong(start, 27n) * P1 + P4));
}

function xxBytes(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let hash = u64(seed + P5);
  if (bytes.length >= 32) {
    [hash, at] = xxStripes(view, seed);
  }
  hash = u64(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8)
    hash = u64(rotateLong(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * P1 + P4);
  if (at + 4 <= bytes.length) {
    hash = u64(rotateLong(hash ^ u64(BigInt(view.getUint32(at, true)) * P1), 23n) * P2 + P3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = u64(rotateLong(hash ^ u64(BigInt(view.getUint8(at)) * P5), 11n) * P1);
  return avalanche(hash);
}

function xxStripes(view: DataView, seed: bigint): [bigint, number] {
  const lanes = [u64(seed + P1 + P2), u64(seed + P2), u64(seed), u64(seed - P1)];
  let at = 0;
  for (; at + 32 <= view.byteLength; at += 32) {
    for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane] ?? 0n, view.getBigUint64(at + lane * 8, true));
  }
  const rotations = [1n, 7n, 12n, 18n];
  let hash = u64(lanes.reduce((sum, lane, i) => sum + rotateLong(lane, rotations[i] ?? 0n), 0n));
  for (const lane of lanes) hash = u64((hash ^ round(0n, lane)) * P1 + P4);
  return [hash, at];
}

/** The two's complement of a decimal's digits, most significant byte first, as Java's BigInteger gives it. */
function decimalBytes(text: string): Uint8Array {
  let value = BigInt(text.replace(".", ""));
  const bytes: number[] = [];
  do {
    bytes.unshift(Number(value & 0xffn));
    value >>= 8n;
  } while (!((value === 0n && (bytes[0] ?? 0) < 128) || (value === -1n && (bytes[0] ?? 0) >= 128)));
  return Uint8Array.from(bytes);
}

const BUFFER = new DataView(new ArrayBuffer(8));

function doubleBits(value: number): bigint {
  BUFFER.setFloat64(0, value === 0 ? 0 : value);
  return BUFFER.getBigInt64(0);
}

function floatBits(value: number): bigint {
  BUFFER.setFloat32(0, value === 0 ? 0 : value);
  return BigInt(BUFFER.getInt32(0));
}

function big(value: PreludeValue | undefined): bigint {
  return typeof value === "bigint" ? value : 0n;
}

function bytes(value: PreludeValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function hashFunction(
  parameter: "BIGINT" | "BLOB",
  apply: (value: PreludeValue, seed: bigint) => bigint,
): PreludeFunction {
  return {
    parameters: [parameter, "BIGINT"],
    returns: "BIGINT",
    apply: (value = null, seed = null) => apply(value, big(seed)),
  };
}

/** Spark's Murmur3 and XXH64 over typed values. */
export const HASH_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_murmur_int: hashFunction("BIGINT", (value, seed) => BigInt(murmurInt(big(value), Number(seed)))),
  js_murmur_long: hashFunction("BIGINT", (value, seed) => BigInt(murmurLong(big(value), Number(seed)))),
  js_murmur_bytes: hashFunction("BLOB", (value, seed) => BigInt(murmurBytes(bytes(value), Number(seed)))),
  js_xxhash_int: hashFunction("BIGINT", (value, seed) => xxInt(big(value), seed)),
  js_xxhash_long: hashFunction("BIGINT", (value, seed) => xxLong(big(value), seed)),
  js_xxhash_bytes: hashFunction("BLOB", (value, seed) => xxBytes(bytes(value), seed)),
  js_double_bits: { parameters: ["DOUBLE"], returns: "BIGINT", apply: (value) => doubleBits(Number(value)) },
  js_float_bits: { parameters: ["FLOAT"], returns: "BIGINT", apply: (value) => floatBits(Number(value)) },
  js_decimal_bytes: { parameters: ["VARCHAR"], returns: "BLOB", apply: (value) => decimalBytes(String(value)) },
};
