import type { PreludeFunction, PreludeValue } from "./prelude-definition.ts";
import { ofTexts } from "./prelude-definition.ts";

/** Java's `String.format` for the conversions d x X o s S c b f e E g n %; each value is its text behind a letter for its kind. */
function formatString(pattern: string, values: readonly (string | null)[]): string {
  let next = 0;
  return pattern.replace(
    /%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (whole, index, flags, width, precision, letter) => {
      if (letter === "%") return "%";
      if (letter === "n") return "\n";
      const value = values[index === undefined ? next++ : Number(index) - 1];
      const spec = {
        flags: String(flags),
        precision: precision === undefined ? undefined : Number(precision),
        letter: String(letter),
      };
      if (value === undefined) throw new Error(`[INVALID_PARAMETER_VALUE] format_string has no argument for ${whole}`);
      return padded(value === null ? "null" : formatted(value.slice(1), spec), spec.flags, Number(width ?? 0));
    },
  );
}

interface Spec {
  readonly flags: string;
  readonly precision: number | undefined;
  readonly letter: string;
}

function formatted(text: string, spec: Spec): string {
  const { letter, precision, flags } = spec;
  switch (letter) {
    case "d":
      return signed(flags.includes(",") ? text.replace(/\B(?=(\d{3})+$)/g, ",") : text, flags);
    case "f":
      return signed(fixedText(text, precision ?? 6, flags.includes(",")), flags);
    case "e":
    case "E":
      return exponential(text, precision ?? 6, letter);
    case "g":
      return Number(text).toPrecision(precision ?? 6);
    case "x":
    case "X":
    case "o":
      return unsigned(text, letter);
    case "c":
      return /^\d+$/.test(text) ? String.fromCodePoint(Number(text)) : text;
    case "S":
    case "B":
      return text.slice(0, precision).toUpperCase();
    default:
      return text.slice(0, precision);
  }
}

function fixedText(text: string, places: number, grouped: boolean): string {
  const plain = Number(text).toFixed(places);
  const exact = Number.isFinite(Number(text)) ? plain : text;
  if (!grouped) return exact;
  const [whole = "", fraction] = exact.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction === undefined ? "" : `.${fraction}`}`;
}

function exponential(text: string, places: number, letter: string): string {
  const result = Number(text)
    .toExponential(places)
    .replace(/e([+-])(\d)$/, "e$10$2");
  return letter === "E" ? result.toUpperCase() : result;
}

function unsigned(text: string, letter: string): string {
  const value = BigInt(text);
  const bits = value < -2_147_483_648n ? 64 : 32;
  const result = (value < 0n ? BigInt.asUintN(bits, value) : value).toString(letter === "o" ? 8 : 16);
  return letter === "X" ? result.toUpperCase() : result;
}

function signed(text: string, flags: string): string {
  if (text.startsWith("-")) return flags.includes("(") ? `(${text.slice(1)})` : text;
  return flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes("-")) return text.padEnd(width);
  if (!flags.includes("0")) return text.padStart(width);
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(width - sign.length, "0");
}

/** A number in one of Spark's number patterns (`0 9 . D , G $ S MI PR`). */
function toChar(text: string, pattern: string): string | null {
  const upper = pattern.toUpperCase();
  const negative = text.startsWith("-");
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  const body = upper.replace(/^(S|MI|PR)|(S|MI|PR)$/g, "").replace("$", "");
  const [left = "", right = ""] = body.split(/[.D]/);
  const places = left.replace(/[^09]/g, "").length;
  const digits = whole.replace(/^0+/, "");
  if (digits.length > places) return body.replace(/[09]/g, "#");
  const integer = fillLeft(left, digits.padStart(places, " "));
  const decimals = right === "" ? "" : `.${fraction.padEnd(right.length, "0").slice(0, right.length)}`;
  return withSign((upper.includes("$") ? integer.replace(/^( *)/, "$1$$") : integer) + decimals, upper, negative);
}

function fillLeft(left: string, digits: string): string {
  let next = 0;
  let started = false;
  return [...left]
    .map((char) => {
      if (char === "," || char === "G") return started ? "," : " ";
      const digit = digits[next++] ?? " ";
      started ||= digit !== " " || char === "0";
      return digit === " " && (char === "0" || (started && digit === " ")) ? "0" : digit;
    })
    .join("");
}

function withSign(text: string, pattern: string, negative: boolean): string {
  if (pattern.endsWith("PR")) return negative ? `<${text.trim()}>` : `${text} `;
  if (pattern.endsWith("MI")) return `${text}${negative ? "-" : " "}`;
  if (pattern.endsWith("S")) return `${text}${negative ? "-" : "+"}`;
  if (pattern.startsWith("MI")) return `${negative ? "-" : " "}${text}`;
  if (pattern.startsWith("S")) return text.replace(/^( *)/, `$1${negative ? "-" : "+"}`);
  return text;
}

/** The number in a text of one of Spark's number patterns; null when it does not fit. */
function toNumber(text: string, pattern: string): string | null {
  const upper = pattern.toUpperCase();
  const wrapped = upper.endsWith("PR") && /^\s*<.*>\s*$/.test(text);
  const negative = wrapped || text.includes("-");
  const bare = text.replace(/[<>\s+-]/g, "");
  const expected = upper.replace(/^(S|MI)|(S|MI|PR)$/g, "");
  const signed = /^(S|MI)|(S|MI|PR)$/.test(upper);
  if ((!signed && /[+-]/.test(text)) || (!/[.D]/.test(expected) && text.includes("."))) return null;
  if (/[+-].*[+-]/.test(text)) return null;
  if (expected.includes("$") !== bare.includes("$")) return null;
  const [left = "", right = ""] = expected.replace("$", "").split(/[.D]/);
  const [whole = "", fraction = "", ...more] = bare.replace("$", "").split(".");
  const digits = whole.replaceAll(",", "");
  const fits =
    more.length === 0 &&
    /^\d*$/.test(digits) &&
    /^\d*$/.test(fraction) &&
    digits.length <= left.replace(/[^09]/g, "").length &&
    fraction.length <= right.length &&
    digits + fraction !== "" &&
    commasAgree(whole, left);
  return fits ? `${negative ? "-" : ""}${digits || "0"}${fraction === "" ? "" : `.${fraction}`}` : null;
}

function commasAgree(whole: string, left: string): boolean {
  const places = (text: string) => [...text].reverse().flatMap((char, i) => (char === "," || char === "G" ? [i] : []));
  const given = places(whole);
  const wanted = places(left).filter((place) => place < whole.length);
  return given.join() === wanted.join();
}

function asList(value: PreludeValue | undefined): readonly (string | null)[] {
  return Array.isArray(value) ? value : [];
}

/** Text made from and read as numbers by patterns. */
export const FORMAT_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_format_string: {
    parameters: ["VARCHAR", "VARCHAR[]"],
    returns: "VARCHAR",
    apply: (pattern, values) => formatString(String(pattern), asList(values)),
  },
  js_to_char: ofTexts(2, (text = "", pattern = "") => toChar(text, pattern)),
  js_to_number: ofTexts(2, (text = "", pattern = "") => toNumber(text, pattern)),
};
