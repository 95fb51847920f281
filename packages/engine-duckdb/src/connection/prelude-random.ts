import type { PreludeFunction, PreludeValue } from "./prelude-definition.ts";

const UNSIGNED_64 = (1n << 64n) - 1n;

/** Scala's MurmurHash3 over bytes. */
function murmur(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer);
  let hash = seed;
  for (let i = 0; i < bytes.length; i += 4) {
    let block = Math.imul(view.getInt32(i, true), 0xcc9e2d51);
    block = Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash ^= block;
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Spark's generator of random numbers (XORShiftRandom): the same seed gives the same numbers. */
class RandomNumbers {
  #state: bigint;
  #spare: number | undefined;

  constructor(seed: bigint) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, seed), false);
    const low = murmur(bytes, 0x3c074a61);
    const high = murmur(bytes, low);
    this.#state = (BigInt.asUintN(32, BigInt(high)) << 32n) | BigInt.asUintN(32, BigInt(low));
  }

  #bits(count: number): bigint {
    let next = this.#state ^ ((this.#state << 21n) & UNSIGNED_64);
    next ^= next >> 35n;
    next ^= (next << 4n) & UNSIGNED_64;
    this.#state = next;
    return next & ((1n << BigInt(count)) - 1n);
  }

  int(): number {
    return Number(BigInt.asIntN(32, this.#bits(32)));
  }

  uniform(): number {
    return Number((this.#bits(26) << 27n) + this.#bits(27)) * 2 ** -53;
  }

  /** Marsaglia's polar method, which makes two at a time. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const [x, y] = [2 * this.uniform() - 1, 2 * this.uniform() - 1];
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}

const MOST_GENERATORS = 200;
const generators = new Map<string, RandomNumbers>();

/** The generator of one call in one statement: `place` tells them apart. */
function generatorOf(seed: PreludeValue | undefined, place: PreludeValue | undefined): RandomNumbers {
  const key = String(place);
  const known = generators.get(key);
  if (known !== undefined) return known;
  const [oldest] = generators.keys();
  if (generators.size >= MOST_GENERATORS && oldest !== undefined) generators.delete(oldest);
  const made = new RandomNumbers(BigInt(String(seed)));
  generators.set(key, made);
  return made;
}

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function randomText(length: number, random: RandomNumbers): string {
  let text = "";
  while (text.length < length) text += LETTERS[Math.abs(random.int() % LETTERS.length)];
  return text;
}

/** Random values with a seed, in the order in which rows are computed. */
export const RANDOM_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_rand: {
    parameters: ["BIGINT", "VARCHAR"],
    returns: "DOUBLE",
    volatile: true,
    apply: (seed, place) => generatorOf(seed, place).uniform(),
  },
  js_randn: {
    parameters: ["BIGINT", "VARCHAR"],
    returns: "DOUBLE",
    volatile: true,
    apply: (seed, place) => generatorOf(seed, place).normal(),
  },
  js_seeded_text: {
    parameters: ["BIGINT", "BIGINT", "VARCHAR"],
    returns: "VARCHAR",
    volatile: true,
    apply: (length, seed, place) => randomText(Number(length), generatorOf(seed, place)),
  },
};
