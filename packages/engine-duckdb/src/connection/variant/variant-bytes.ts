/** A variant in Parquet's binary encoding (apache/parquet-format, VariantEncoding). */
export interface VariantBytes {
  readonly value: Uint8Array;
  readonly metadata: Uint8Array;
}

/** The two lowest bits of a value's first byte. */
export const PRIMITIVE = 0;
export const SHORT_STRING = 1;
export const OBJECT = 2;
export const ARRAY = 3;

/** The kinds of primitive values, in the upper six bits of the first byte. */
export const KIND = {
  null: 0,
  true: 1,
  false: 2,
  byte: 3,
  short: 4,
  integer: 5,
  long: 6,
  double: 7,
  decimal4: 8,
  decimal8: 9,
  decimal16: 10,
  date: 11,
  timestamp: 12,
  timestampNtz: 13,
  float: 14,
  binary: 15,
  string: 16,
  uuid: 20,
} as const;

/** The longest string, in bytes, whose length is told in its first byte. */
export const SHORT_STRING_BYTES = 63;

/** How many bytes an unsigned number needs, up to four. */
export function widthOf(value: number): number {
  if (value <= 0xff) return 1;
  if (value <= 0xffff) return 2;
  return value <= 0xff_ffff ? 3 : 4;
}
