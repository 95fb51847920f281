import type { VariantBytes } from "./variant/variant-bytes.ts";

/** A type of a JavaScript function's parameter or result; VARIANT_BYTES is of results alone: STRUCT(value BLOB, metadata BLOB). */
export type PreludeType = Scalar | "VARCHAR[]" | "VARIANT_BYTES";

type Scalar = "VARCHAR" | "BOOLEAN" | "INTEGER" | "BIGINT" | "DOUBLE" | "FLOAT" | "BLOB";

/** A value of such a type: BIGINT is bigint, BLOB is bytes, VARCHAR[] an array. */
export type PreludeValue =
  | null
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | VariantBytes
  | readonly (string | null)[];

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
