/** Queries that we refuse though Spark answers them, with the reason. */
export const REFUSED: Readonly<Record<string, string>> = {};

/** Queries that we answer otherwise than Spark, with the reason. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {};
