const NESTED_TEXT = "JSON inside a column of text: Spark keeps the blanks between its values, we do not";

/** Cases in which we answer otherwise than Spark, and why. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  "json: odd records": NESTED_TEXT,
  "json: odd records without a corrupt column": NESTED_TEXT,
  "json: everything allowed": NESTED_TEXT,
  "json: nothing allowed": `${NESTED_TEXT}; and "NaN" as text is a number whatever allowNonNumericNumbers says`,
  "json: dropped": NESTED_TEXT,
  "csv: lines inside quotes, not asked for":
    "a line break inside quotes belongs to the value although multiLine is not set: Spark tears such records apart",
  "xml: books with a schema":
    "after a value that does not fit Spark gives up on the rest of the record; we keep what fits",
};
