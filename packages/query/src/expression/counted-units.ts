/**
 * The counts and units of a length of time as written, `interval 1 hour 30 seconds`: units in lower case and the singular, whatever they are. Undefined when words are
 * missing; what a count or a unit may be is for the caller to say.
 */
export function countedUnits(text: string): readonly (readonly [count: string, unit: string])[] | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, "")
    .split(/\s+/);
  if (words.length === 0 || words.length % 2 === 1) return undefined;
  return Array.from({ length: words.length / 2 }, (_, i) => [
    words[2 * i] ?? "",
    (words[2 * i + 1] ?? "").replace(/s$/, ""),
  ]);
}
