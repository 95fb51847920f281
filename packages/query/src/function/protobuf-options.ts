/** How `from_protobuf` reads, as its options say. */
export interface ProtobufOptions {
  /** How often a message may stand inside of itself: 1 leaves the fields out that would be the second; 0: not at all, which is an error. */
  readonly depth: number;
  /** Enums are their numbers. */
  readonly enumsAsInts: boolean;
  /** Numbers without sign are BIGINT and DECIMAL(20, 0). */
  readonly upcast: boolean;
  /** A field that cannot say that it is there is zero where it is not. */
  readonly emitDefaults: boolean;
}

/** The options of `from_protobuf` that change what it reads, in lower case. */
export const PROTOBUF_OPTIONS: readonly string[] = [
  "recursive.fields.max.depth",
  "enums.as.ints",
  "upcast.unsigned.ints",
  "emit.default.values",
];

const MOST = 10;

/** Reads options by Spark's names, in lower case. @throws Error for a depth that is no number up to 10 */
export function protobufOptions(options: Readonly<Record<string, string>> = {}): ProtobufOptions {
  const isOn = (name: string): boolean => options[name]?.toLowerCase() === "true";
  const depth = Number(options["recursive.fields.max.depth"] ?? 0);
  if (!Number.isInteger(depth) || depth > MOST)
    throw new Error(`recursive.fields.max.depth is a whole number of at most ${MOST}, not ${depth}`);
  return {
    depth: Math.max(0, depth),
    enumsAsInts: isOn("enums.as.ints"),
    upcast: isOn("upcast.unsigned.ints"),
    emitDefaults: isOn("emit.default.values"),
  };
}
