/** What RE2 has not: look-around, back-references, possessive and atomic groups, Java's own classes and escapes; and the escapes that Java refuses. */
const NOT_RE2 =
  /\(\?[=!>]|\(\?<[=!]|\\[1-9]|\\k<|[*+?}]\+|\\[hRXGZ]|\\[gijlmoqyCFIJKLMOTUY]|\\p\{(?:java|Is|In|ASCII|Alpha|Punct|Lower|Upper|Digit|Space)|&&|\[[^\]]*\[(?!:)/;

/** Whether DuckDB's regular expressions (RE2) read a pattern as Java does. */
export function isRe2(pattern: string): boolean {
  return !NOT_RE2.test(pattern);
}

/** Whether a pattern is a text that matches only itself. */
export function isPlainText(pattern: string): boolean {
  return !/[\\^$.|?*+()[\]{}]/.test(pattern);
}

/** Java's replacement text (`$1`, `\$`) as RE2's (`\1`, `\\`); undefined when it has a group name. */
export function re2Replacement(replacement: string): string | undefined {
  if (/\$\{/.test(replacement)) return undefined;
  return replacement.replace(/\\(.)|\$(\d)|\\/gs, (_, escaped?: string, group?: string) => {
    if (group !== undefined) return `\\${group}`;
    return escaped === "\\" || escaped === undefined ? "\\\\" : escaped;
  });
}
