import type { DataType } from "../data-type/data-type.ts";
import { intervalText } from "../data-type/interval-text.ts";
import type { Value } from "../expression/expression.ts";

const DAY = 86_400_000_000n;

/** A constant as Spark prints it in the name of a column: texts bare, dates and intervals as SQL writes them. */
export function literalText(value: Value, type: DataType, timeZone: string): string {
  if (value === null) return "NULL";
  switch (type.kind) {
    case "date":
      return `DATE '${dateText(BigInt(Number(value)) * DAY)}'`;
    case "timestamp":
      return `TIMESTAMP '${momentText(zoned(BigInt(String(value)), timeZone))}'`;
    case "timestamp_ntz":
      return `TIMESTAMP_NTZ '${momentText(BigInt(String(value)))}'`;
    case "time":
      return `TIME '${momentText(BigInt(String(value))).slice(11)}'`;
    case "interval_year_month":
      return intervalText(Number(value), type);
    case "interval_day_time":
      return intervalText(BigInt(String(value)), type);
    case "float":
      return doubleText(shortestFloat(Number(value)));
    case "double":
      return doubleText(Number(value));
    case "decimal":
      return decimalText(String(value));
    default:
      return value instanceof Uint8Array ? `X'${hex(value)}'` : String(value);
  }
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

/** A decimal as Java's BigDecimal prints it: with an exponent when six zeros or more stand behind the point. */
function decimalText(text: string): string {
  const [, sign = "", fraction = ""] = /^(-?)0\.(\d+)$/.exec(text) ?? [];
  const digits = fraction.replace(/^0+/, "") || "0";
  const exponent = digits.length - 1 - fraction.length;
  if (fraction === "" || exponent >= -6) return text;
  const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${sign}${point}E${exponent}`;
}

/** The double of the fewest digits that is the same as a single-precision number. */
function shortestFloat(value: number): number {
  const lengths = Array.from({ length: 9 }, (_, i) => Number(value.toPrecision(i + 1)));
  return lengths.find((short) => Math.fround(short) === value) ?? value;
}

function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = "", exponent = ""] = value.toExponential().split("e");
    return `${digits.includes(".") ? digits : `${digits}.0`}E${exponent.replace("+", "")}`;
  }
  return Number.isInteger(value) ? `${Object.is(value, -0) ? "-0" : value}.0` : String(value);
}

function dateText(microseconds: bigint): string {
  return new Date(Number(microseconds / 1000n)).toISOString().slice(0, 10);
}

function momentText(microseconds: bigint): string {
  const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const whole = new Date(Number((microseconds - fraction) / 1000n)).toISOString();
  const digits = fraction === 0n ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
  return `${whole.slice(0, 10)} ${whole.slice(11, 19)}${digits}`;
}

/** The instant as the wall clock of the zone shows it, in microseconds. */
function zoned(microseconds: bigint, timeZone: string): bigint {
  const instant = new Date(Number(microseconds / 1000n));
  const format = new Intl.DateTimeFormat("en-US-u-ca-iso8601", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(
    ...([part["year"] ?? 0, (part["month"] ?? 1) - 1, part["day"] ?? 1] as const),
    ...([part["hour"] ?? 0, part["minute"] ?? 0, part["second"] ?? 0] as const),
  );
  const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  return BigInt(wall) * 1000n + fraction;
}
