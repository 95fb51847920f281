import type { Row, RowValue } from "@sluice/query";

/** The row with 64-bit numbers as numbers where these are exact, at any depth. */
export function plainRow(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: RowValue): RowValue {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [plainValue(key), plainValue(one)]));
  return plainRow(value as Row);
}
