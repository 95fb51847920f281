import type { DataType, Value } from "@sluice/query";

const MICROSECONDS = 1_000_000n;
const DAY = 86_400n * MICROSECONDS;

/** A cell as Spark's SQL shell prints it: texts bare on top and quoted inside, times in the session's zone. */
export function hiveText(value: Value, type: DataType, timeZone: string, inside = false): string {
  if (value === null) return inside ? "null" : "NULL";
  const part = (item: Value | undefined, of: DataType) => hiveText(item ?? null, of, timeZone, true);
  switch (type.kind) {
    case "array":
      return `[${(value as readonly Value[]).map((item) => part(item, type.element)).join(",")}]`;
    case "map":
      return `{${(value as readonly (readonly Value[])[]).map(([key, item]) => `${part(key, type.key)}:${part(item, type.value)}`).join(",")}}`;
    case "struct":
      return `{${type.fields.map((one, i) => `"${one.name}":${part((value as readonly Value[])[i], one.dataType)}`).join(",")}}`;
    case "string":
      return inside ? `"${value}"` : String(value);
    default:
      return atomText(value, type, timeZone);
  }
}

function atomText(value: Value, type: DataType, timeZone: string): string {
  switch (type.kind) {
    case "float":
    case "double":
      return doubleText(Number(value));
    case "date":
      return new Date(Number(value) * 86_400_000).toISOString().slice(0, 10);
    case "timestamp":
      return momentText(BigInt(String(value)), timeZone);
    case "timestamp_ntz":
      return momentText(BigInt(String(value)), "UTC");
    case "time":
      return momentText(BigInt(String(value)), "UTC").slice(11);
    case "binary":
      return new TextDecoder().decode(value as Uint8Array);
    case "interval_year_month":
      return monthsText(Number(value));
    case "interval_day_time":
      return durationText(BigInt(String(value)));
    default:
      return String(value);
  }
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

function momentText(microseconds: bigint, timeZone: string): string {
  const fraction = ((microseconds % MICROSECONDS) + MICROSECONDS) % MICROSECONDS;
  const format = new Intl.DateTimeFormat("en-CA-u-ca-iso8601", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  const parts = format.formatToParts(new Date(Number((microseconds - fraction) / 1000n)));
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const digits = fraction === 0n ? "" : `.${String(fraction).padStart(6, "0").replace(/0+$/, "")}`;
  const day = `${part["year"]?.padStart(4, "0")}-${part["month"]}-${part["day"]}`;
  return `${day} ${part["hour"]}:${part["minute"]}:${part["second"]}${digits}`;
}

function monthsText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}`;
}

function durationText(microseconds: bigint): string {
  const size = microseconds < 0n ? -microseconds : microseconds;
  const clock = new Date(Number((size % DAY) / 1000n)).toISOString().slice(11, 19);
  return `${microseconds < 0n ? "-" : ""}${size / DAY} ${clock}.${String(size % MICROSECONDS).padStart(6, "0")}000`;
}
