/** A type of a JavaScript function's parameter or result. */
export type PreludeType = "VARCHAR" | "BOOLEAN" | "INTEGER" | "BIGINT" | "DOUBLE" | "FLOAT" | "BLOB" | "VARCHAR[]";

/** A value of such a type: BIGINT is bigint, BLOB is bytes, VARCHAR[] an array. */
export type PreludeValue = null | string | boolean | number | bigint | Uint8Array | readonly (string | null)[];

/** A function in JavaScript that SQL can call. A NULL argument gives NULL without a call, unless `nulls` is set. */
export interface PreludeFunction {
  readonly parameters: readonly PreludeType[];
  readonly returns: PreludeType;
  readonly apply: (...args: readonly PreludeValue[]) => PreludeValue;
  readonly nulls?: boolean;
  readonly volatile?: boolean;
}

/** A function from texts to text. */
export function ofTexts(count: number, apply: (...args: readonly string[]) => string | null): PreludeFunction {
  return {
    parameters: Array.from({ length: count }, () => "VARCHAR" as const),
    returns: "VARCHAR",
    apply: (...args) => apply(...args.map(String)),
  };
}
