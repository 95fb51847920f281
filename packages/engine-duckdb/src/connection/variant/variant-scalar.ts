import { Numeral } from "../json-value.ts";
import { numeralText, printVariant } from "./variant-print.ts";
import { numeralKind, type Tag, tagged, type Variant } from "./variant-value.ts";

/**
 * A variant in the spelling from which a cast of text makes a value of the kind; undefined where Spark makes none: of an object or a list, but for text, and of
 * types that do not become one another. Binary is in base 64.
 */
export function scalarText(value: Variant, kind: string): string | undefined {
  if (value === null) return undefined;
  if (typeof value === "boolean") return ofBoolean(value, kind);
  if (value instanceof Numeral) return ofNumeral(value, kind);
  if (typeof value !== "string") return kind === "string" ? printVariant(value) : undefined;
  const { tag, text } = tagged(value) ?? { tag: "S", text: value };
  return ofText(tag, text, kind);
}

function isWhole(kind: string): boolean {
  return kind === "byte" || kind === "short" || kind === "integer" || kind === "long";
}

function isNumeric(kind: string): boolean {
  return isWhole(kind) || kind === "float" || kind === "double" || kind === "decimal";
}

function ofBoolean(value: boolean, kind: string): string | undefined {
  if (kind === "string" || kind === "boolean") return String(value);
  return isNumeric(kind) ? String(Number(value)) : undefined;
}

function ofNumeral(value: Numeral, kind: string): string | undefined {
  if (kind === "string") return numeralText(value);
  if (kind === "boolean") return String(Number(value.text) !== 0);
  if (isWhole(kind)) return wholeText(value);
  if (isNumeric(kind)) return value.text;
  return kind === "timestamp" ? instantText(value) : undefined;
}

/** Cut off towards zero. */
function wholeText(value: Numeral): string {
  return numeralKind(value) === "double"
    ? String(BigInt(Math.trunc(Number(value.text))))
    : (/^-?\d+/.exec(value.text)?.[0] ?? value.text);
}

/** Seconds since 1970 as an instant, to the microsecond. */
function instantText(value: Numeral): string | undefined {
  const micros = microseconds(value);
  const within = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((micros - within) / 1000n));
  if (Number.isNaN(second.getTime())) return undefined;
  return second.toISOString().replace(/\.\d+Z$/, `.${String(within).padStart(6, "0")}Z`);
}

function microseconds(value: Numeral): bigint {
  if (numeralKind(value) === "double") return BigInt(Math.trunc(Number(value.text) * 1e6));
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value.text) ?? [];
  const digits = BigInt(whole + fraction.slice(0, 6).padEnd(6, "0"));
  return sign === "-" ? -digits : digits;
}

function ofText(tag: Tag, text: string, kind: string): string | undefined {
  switch (tag) {
    case "S":
      return kind === "binary" ? Buffer.from(text).toString("base64") : text;
    case "B":
      if (kind === "string") return Buffer.from(text, "base64").toString();
      return kind === "binary" ? text : undefined;
    case "U":
      return kind === "string" ? text : undefined;
    case "F":
    case "I":
      return ofFloat(text, kind);
    default:
      return ofMoment(text, kind);
  }
}

function ofFloat(text: string, kind: string): string | undefined {
  const value = Number(text);
  if (kind === "string" || kind === "float" || kind === "double") return Number.isFinite(value) ? text : String(value);
  if (!Number.isFinite(value)) return undefined;
  return ofNumeral(new Numeral(value.toString().includes("e") ? String(value) : `${value}e0`), kind);
}

/** A date, or a time with or without an offset. */
function ofMoment(text: string, kind: string): string | undefined {
  const wall = text.replace(/[+-]\d\d:\d\d$/, "");
  if (kind === "date") return wall.split(" ", 1)[0];
  if (kind === "timestamp") return text;
  return kind === "string" || kind === "timestamp_ntz" ? wall : undefined;
}
