/** Cases in which we answer otherwise than Spark, and why. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {};
