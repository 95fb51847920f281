import { columns, type Unary } from "./define.ts";

/** The bit of a number in its bitmap. */
export const bitmapBitPosition: Unary = columns("bitmap_bit_position");
/** The number of the bitmap that a number belongs to. */
export const bitmapBucketNumber: Unary = columns("bitmap_bucket_number");
/** How many bits are set. */
export const bitmapCount: Unary = columns("bitmap_count");
/** A bitmap with a bit for each position of the group. */
export const bitmapConstructAgg: Unary = columns("bitmap_construct_agg");
/** The bits that some bitmap of the group has. */
export const bitmapOrAgg: Unary = columns("bitmap_or_agg");
/** The bits that all bitmaps of the group have. */
export const bitmapAndAgg: Unary = columns("bitmap_and_agg");
