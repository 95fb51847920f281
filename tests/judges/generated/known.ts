interface Known {
  readonly reason: string;
  /** Found in the query. */
  readonly query: RegExp;
  /** Found in what is told of the difference. */
  readonly told: RegExp;
}

/** Where we differ from Spark, by what the query and the difference hold. */
const KNOWN: readonly Known[] = [
  {
    reason: "to leave out NULLs of several columns Spark casts them to one type, and fails where a text is no number",
    query: /UNPIVOT (EXCLUDE NULLS )?\(\(/,
    told: /Spark: CAST_INVALID_INPUT/,
  },
  {
    reason:
      "a constant pattern that Spark refuses at any row is refused before the first one, so also where there is none",
    query: /'/,
    told: /Spark: \{"schema":"[^"]*","rows":\[\]\}\s+ours: (INVALID_DATETIME_PATTERN|INCONSISTENT_BEHAVIOR_CROSS_VERSION)/,
  },
];

/** Whether a difference is one of those listed with their reasons. */
export function isKnown(query: string, told: string): boolean {
  return KNOWN.some((one) => one.query.test(query) && one.told.test(told));
}
