import type { OptionMistake } from "./option-mistake.ts";

/** What the value of an option must look like, or why the option cannot be given. */
export type OptionShape =
  | { readonly kind: "Text" }
  | { readonly kind: "Flag" }
  /** A whole number above 0. */
  | { readonly kind: "Count" }
  /** A number of bytes: `1048576`, `10g`, `100 MB`. */
  | { readonly kind: "Size" }
  | { readonly kind: "Time" }
  /** A length of time: `90 days`, `1 week 12 hours`. */
  | { readonly kind: "Interval" }
  | { readonly kind: "OneOf"; readonly values: readonly string[] }
  /** A value other than `allowed` cannot be had; `why` says what to do instead. */
  | { readonly kind: "Refused"; readonly why: string; readonly allowed?: readonly string[] };

/** Options by name as documented; names compare ignoring case. */
export type OptionTable = Readonly<Record<string, OptionShape>>;

export const TEXT: OptionShape = { kind: "Text" };
export const FLAG: OptionShape = { kind: "Flag" };
export const COUNT: OptionShape = { kind: "Count" };
export const SIZE: OptionShape = { kind: "Size" };
export const TIME: OptionShape = { kind: "Time" };
export const INTERVAL: OptionShape = { kind: "Interval" };

/** The shape of an option in a table, by its name ignoring case. */
export function shapeOf(table: OptionTable, name: string): OptionShape | undefined {
  const wanted = name.toLowerCase();
  const found = Object.keys(table).find((one) => one.toLowerCase() === wanted);
  return found === undefined ? undefined : table[found];
}

/** What is wrong with the value of one option; nothing when it fits. */
export function checkShape(option: string, value: string, shape: OptionShape): readonly OptionMistake[] {
  switch (shape.kind) {
    case "Text":
      return [];
    case "Refused":
      return includes(shape.allowed ?? [], value) ? [] : [{ kind: "NotSupported", option, value, why: shape.why }];
    case "OneOf":
      return includes(shape.values, value)
        ? []
        : [{ kind: "BadValue", option, value, expected: shape.values.join(", ") }];
    default: {
      const { read, expected } = PARSED[shape.kind];
      return read(value.trim()) === undefined ? [{ kind: "BadValue", option, value, expected }] : [];
    }
  }
}

/** `true` or `false` in any case; undefined for all else. */
export function parseFlag(value: string): boolean | undefined {
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** A whole number above 0; undefined for all else. */
export function parseCount(value: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(value.trim()) ? Number(value) : undefined;
}

/** Bytes, from a number with or without a unit (k, m, g, t; powers of 1024); undefined for all else. */
export function parseSize(value: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(value.trim());
  if (match === null) return undefined;
  const power = "kmgt".indexOf((match[2] ?? "").toLowerCase() || "-") + 1;
  const size = Math.floor(Number(match[1]) * 1024 ** power);
  return size > 0 ? size : undefined;
}

/** Milliseconds since the epoch; a time without a zone is UTC. Undefined for what is no time. */
export function parseTime(value: string): number | undefined {
  const text = value.trim();
  const withTime = text.includes(":") ? text.replace(" ", "T") : `${text}T00:00:00`;
  const time = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(withTime) ? withTime : `${withTime}Z`);
  return Number.isNaN(time) ? undefined : time;
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 2_592_000_000,
  year: 31_536_000_000,
};

/** Milliseconds of a length of time, a month being 30 days and a year 365; undefined for what is none. */
export function parseInterval(value: string): number | undefined {
  const text = value
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, "");
  if (!/^(\d+\s*[a-z]+\s*)+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)\s*([a-z]+)/g)) {
    const length = MILLISECONDS[(unit ?? "").replace(/s$/, "")];
    if (length === undefined) return undefined;
    total += Number(number) * length;
  }
  return total;
}

const PARSED = {
  Flag: { read: parseFlag, expected: "true or false" },
  Count: { read: parseCount, expected: "a whole number above 0" },
  Size: { read: parseSize, expected: "a number of bytes such as 10485760 or 10g" },
  Time: { read: parseTime, expected: "a time such as 2024-01-31T12:00:00" },
  Interval: { read: parseInterval, expected: 'a length of time such as "90 days"' },
} as const satisfies Readonly<
  Record<string, { readonly read: (value: string) => boolean | number | undefined; readonly expected: string }>
>;

function includes(values: readonly string[], value: string): boolean {
  return values.some((one) => one.toLowerCase() === value.trim().toLowerCase());
}
