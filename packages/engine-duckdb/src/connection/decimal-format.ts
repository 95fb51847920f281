import { perPattern } from "./per-pattern.ts";

interface Affixes {
  readonly prefix: string;
  readonly suffix: string;
}

/** A pattern of Java's DecimalFormat, taken apart. */
interface Format {
  readonly positive: Affixes;
  readonly negative: Affixes;
  readonly leastWhole: number;
  readonly mostWhole: number;
  readonly leastFraction: number;
  readonly mostFraction: number;
  /** Digits between two commas; 0 for none. */
  readonly group: number;
  readonly multiplier: number;
  /** Digits of an exponent; 0 for none. */
  readonly exponent: number;
  readonly hasPoint: boolean;
}

/** A number that is not negative: `digits` divided by ten `scale` times. `off` is above zero where the number meant is a little more, below where it is less. */
interface Exact {
  readonly digits: bigint;
  readonly scale: number;
  readonly off?: number;
}

const formatOf = perPattern(parse);

/** A decimal as Java's DecimalFormat prints it: half rounded to even. */
export function formatDecimal(text: string, pattern: string): string {
  const format = formatOf(pattern);
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const exact = { digits: BigInt(whole + fraction) * BigInt(format.multiplier), scale: fraction.length };
  return print(exact, exact.digits !== 0n && text.startsWith("-"), format);
}

/** A double likewise, by the digits that it is written with; whether it is half of something its bits say. */
export function formatDouble(value: number, pattern: string): string {
  const format = formatOf(pattern);
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value * format.multiplier);
  const negative = value < 0 || Object.is(value, -0);
  if (size === Number.POSITIVE_INFINITY) return affixed("∞", negative, format);
  return print(shortest(size), negative, format);
}

function shortest(value: number): Exact {
  const [mantissa = "0", power = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const scale = fraction.length - Number(power);
  const written = { digits: BigInt(whole + fraction) * 10n ** BigInt(Math.max(-scale, 0)), scale: Math.max(scale, 0) };
  const meant = binary(value);
  const places = Math.max(written.scale, meant.scale);
  const off = rounded(meant, places) - rounded(written, places);
  return { ...written, off: off > 0n ? 1 : off < 0n ? -1 : 0 };
}

function binary(value: number): Exact {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (power === 0 ? 0n : 1n << 52n);
  const shift = Math.max(power, 1) - 1075;
  return shift >= 0
    ? { digits: mantissa << BigInt(shift), scale: 0 }
    : { digits: mantissa * 5n ** BigInt(-shift), scale: -shift };
}

function affixed(body: string, negative: boolean, { positive, negative: below }: Format): string {
  const { prefix, suffix } = negative ? below : positive;
  return prefix + body + suffix;
}

function print(exact: Exact, negative: boolean, format: Format): string {
  return affixed(format.exponent > 0 ? scientific(exact, format) : plain(exact, format), negative, format);
}

/** The nearest multiple of a power of ten, of two the even one. */
function rounded({ digits, scale, off = 0 }: Exact, places: number): bigint {
  if (scale <= places) return digits * 10n ** BigInt(places - scale);
  const unit = 10n ** BigInt(scale - places);
  const [quotient, twice] = [digits / unit, (digits % unit) * 2n];
  const isUp = twice === unit ? (off === 0 ? quotient % 2n === 1n : off > 0) : twice > unit;
  return isUp ? quotient + 1n : quotient;
}

function plain(exact: Exact, { leastWhole, leastFraction, mostFraction, group, hasPoint }: Format): string {
  const all = rounded(exact, mostFraction)
    .toString()
    .padStart(mostFraction + 1, "0");
  const split = all.length - mostFraction;
  const fraction = all.slice(split, split + leastFraction) + all.slice(split + leastFraction).replace(/0+$/, "");
  const digits = all.slice(0, split).replace(/^0+/, "").padStart(leastWhole, "0");
  const whole = digits === "" && fraction === "" ? "0" : digits;
  const grouped = group === 0 ? whole : whole.replace(new RegExp(`\\B(?=(\\d{${group}})+$)`, "g"), ",");
  return fraction === "" && !hasPoint ? grouped : `${grouped}.${fraction}`;
}

function scientific(exact: Exact, format: Format): string {
  const { leastWhole, mostWhole, leastFraction, mostFraction, exponent: width } = format;
  const { digits, point } = significant(exact, mostWhole + mostFraction);
  const repeats = mostWhole > 1 && mostWhole > leastWhole;
  const step = Math.trunc((point >= 1 ? point - 1 : point - mostWhole) / mostWhole) * mostWhole;
  const power = digits === "" ? 0 : repeats ? step : point - leastWhole;
  const whole = digits === "" ? (repeats ? 1 : leastWhole) : point - power;
  const body = digits.padEnd(Math.max(leastWhole + leastFraction, whole), "0");
  const fraction = body.slice(whole);
  const mantissa = fraction === "" ? body : `${body.slice(0, whole)}.${fraction}`;
  return `${mantissa}E${power < 0 ? "-" : ""}${String(Math.abs(power)).padStart(width, "0")}`;
}

/** So many first digits of a number, without zeros at the end, and how many of them stand before the point. */
function significant(exact: Exact, count: number): { readonly digits: string; readonly point: number } {
  if (exact.digits === 0n) return { digits: "", point: 0 };
  const length = exact.digits.toString().length;
  const places = count === 0 ? exact.scale : count - (length - exact.scale);
  const kept = (
    places >= 0 ? rounded(exact, places) : rounded({ ...exact, scale: exact.scale - places }, 0)
  ).toString();
  return { digits: kept.replace(/0+$/, ""), point: kept.length - places };
}

const TOKENS = /''|'(?:[^']|'')*'|E0+|./gs;

function parse(pattern: string): Format {
  const tokens = [...(pattern === "" ? "#,##0" : pattern).matchAll(TOKENS)].map(([token]) => token);
  const end = tokens.indexOf(";");
  const { prefix, body, suffix, exponent, multiplier } = halfOf(end < 0 ? tokens : tokens.slice(0, end));
  const below = end < 0 ? { prefix, suffix } : halfOf(tokens.slice(end + 1));
  const same = below.prefix === prefix && below.suffix === suffix;
  return {
    positive: { prefix, suffix },
    negative: same ? { prefix: `-${prefix}`, suffix } : { prefix: below.prefix, suffix: below.suffix },
    ...countsOf(body, exponent > 0),
    multiplier,
    exponent,
  };
}

interface Half extends Affixes {
  readonly body: string;
  readonly exponent: number;
  readonly multiplier: number;
}

/** One of the two patterns that a semicolon separates: digits between texts, and an exponent. */
function halfOf(tokens: readonly string[]): Half {
  const isDigit = (token: string | undefined) => token !== undefined && /^[#0,.]$/.test(token);
  const from = tokens.findIndex(isDigit);
  const start = from < 0 ? tokens.length : from;
  const length = tokens.slice(start).findIndex((token) => !isDigit(token));
  const end = length < 0 ? tokens.length : start + length;
  const exponent = /^E0/.test(tokens[end] ?? "") ? (tokens[end] ?? "").length - 1 : 0;
  const after = tokens.slice(exponent > 0 ? end + 1 : end);
  const before = tokens.slice(0, start);
  const multiplier = [...before, ...after].map((token) => ({ "%": 100, "‰": 1000 })[token]).find(Boolean) ?? 1;
  return {
    prefix: textOf(before),
    body: tokens.slice(start, end).join(""),
    suffix: textOf(after),
    exponent,
    multiplier,
  };
}

function textOf(tokens: readonly string[]): string {
  const plain = (token: string) =>
    token === "''" ? "'" : token.length > 1 && token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : token;
  return tokens.map(plain).join("");
}

/** How many digits a pattern's `#` and `0` ask for, as Java counts them. */
function countsOf(body: string, scientific: boolean) {
  const marks = body.replaceAll(",", "");
  const point = marks.indexOf(".");
  const digits = marks.replace(".", "");
  let left = digits.includes("0") ? digits.indexOf("0") : digits.length;
  let zeros = digits.includes("0") ? digits.lastIndexOf("0") - left + 1 : 0;
  if (zeros === 0 && left > 0 && point >= 0) [left, zeros] = [Math.max(point, 1) - 1, 1];
  const leastWhole = (point >= 0 ? point : digits.length) - left;
  const whole = body.split(".")[0] ?? "";
  return {
    leastWhole,
    mostWhole: scientific ? left + leastWhole : Number.MAX_SAFE_INTEGER,
    leastFraction: point >= 0 ? Math.max(left + zeros - point, 0) : 0,
    mostFraction: point >= 0 ? digits.length - point : 0,
    group: whole.includes(",") ? whole.length - whole.lastIndexOf(",") - 1 : 0,
    hasPoint: point === 0 || point === digits.length,
  };
}
