import { field, LONG, STRING, type StructType, struct } from "@sluice/query";

/** The option of a read of a table by which a query knows the columns of `ROW_PLACE`. */
export const PLACES = "sluice.rowPlaces";

/** Where a row of a table lies: hidden columns. */
export const ROW_PLACE: StructType = struct([field("_file", STRING), field("_row", LONG)]);
