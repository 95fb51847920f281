/** Where to begin or end reading: everywhere alike, or partition by partition. */
export type OffsetChoice =
  | { readonly kind: "Earliest" }
  | { readonly kind: "Latest" }
  /** By topic and partition: an offset, -2 for the earliest, -1 for the latest. Each partition that is read must be there. */
  | { readonly kind: "Offsets"; readonly topics: PartitionNumbers }
  /** The first record at or after a time, in milliseconds since the epoch. `otherwise`: what to do where no record is so new. */
  | { readonly kind: "Timestamp"; readonly time: number; readonly otherwise: "error" | "latest" }
  | { readonly kind: "Timestamps"; readonly topics: PartitionNumbers; readonly otherwise: "error" | "latest" };

/** Numbers by topic and partition. */
export type PartitionNumbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** `{"orders": {"0": 23, "1": -2}}`; undefined for all else. */
export function parsePartitionNumbers(text: string): PartitionNumbers | undefined {
  const json = parseJson(text);
  if (!isObject(json) || Object.keys(json).length === 0) return undefined;
  const isFit = Object.values(json).every(
    (partitions) =>
      isObject(partitions) &&
      Object.entries(partitions).every(([name, value]) => /^\d+$/.test(name) && Number.isSafeInteger(value)),
  );
  return isFit ? (json as PartitionNumbers) : undefined;
}

/** `{"orders": [0, 1]}`; undefined for all else. */
export function parseAssignment(text: string): Readonly<Record<string, readonly number[]>> | undefined {
  const json = parseJson(text);
  if (!isObject(json) || Object.keys(json).length === 0) return undefined;
  const isFit = Object.values(json).every(
    (partitions) => Array.isArray(partitions) && partitions.every((one) => Number.isSafeInteger(one) && one >= 0),
  );
  return isFit ? (json as Readonly<Record<string, readonly number[]>>) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
