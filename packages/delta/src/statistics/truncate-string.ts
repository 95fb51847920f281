const HIGHEST = "\u{10ffff}";
const HIGHEST_ASCII = "\u007f";

/** A text that sorts at or before `value` and is at most `length` UTF-16 units long; no character is cut in two. */
export function truncateMinimum(value: string, length: number): string {
  return value.length <= length ? value : value.slice(0, wholeCharacters(value, length));
}

/**
 * A text that sorts at or after every text that begins as `value` does, about `length` UTF-16 units long; undefined when there is none of at most twice
 * that length.
 */
export function truncateMaximum(value: string, length: number): string | undefined {
  if (value.length <= length) return value;
  let end = wholeCharacters(value, length);
  while (end < value.length && value.startsWith(HIGHEST, end)) end += HIGHEST.length;
  if (end > 2 * length) return undefined;
  if (end >= value.length) return value;
  return value.slice(0, end) + (value.charCodeAt(end) < 0x7f ? HIGHEST_ASCII : HIGHEST);
}

function wholeCharacters(value: string, length: number): number {
  const last = value.charCodeAt(length - 1);
  return last >= 0xd800 && last < 0xdc00 ? length - 1 : length;
}
