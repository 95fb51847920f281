/** Java's regular expression as JavaScript's, global; undefined for one that cannot be. Possessive and atomic groups match like plain ones: the same text, at most more slowly. */
export function javaRegex(pattern: string): RegExp | undefined {
  if (hasUnknownEscape(pattern)) return undefined;
  const flags = /^\(\?([imsu]+)\)/.exec(pattern);
  const body = pattern
    .slice(flags?.[0].length ?? 0)
    .replace(/([*+?}])\+/g, "$1")
    .replaceAll("(?>", "(?:")
    .replaceAll("\\h", "[ \\t\\u00a0]")
    .replaceAll("\\Z", "$")
    .replaceAll("\\A", "^");
  const given = `g${flags?.[1]?.replace("u", "") ?? ""}`;
  return compiled(body, `${given}u`) ?? compiled(body, given);
}

/** Java refuses a backslash before a letter that it gives no meaning to. */
function hasUnknownEscape(pattern: string): boolean {
  return [...pattern.matchAll(/\\(.)/gs)].some(([, letter = ""]) => /[gijlmoqyCFIJKLMOTUY]/.test(letter));
}

function compiled(body: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(body, flags);
  } catch {
    return undefined;
  }
}
