/** A pattern of paths as a regular expression over paths with `/`: `*` and `?` stay in one folder, `**` goes through folders, `{a,b}` is either. */
export function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/^\.\//, "").replaceAll(/\*\*\/|\*\*|\*|\?|\{[^}]*\}|[.+^$()|[\]\\{}]/g, translate);
  return new RegExp(`^${source}$`);
}

function translate(token: string): string {
  if (token === "**/") return "(?:[^/]+/)*";
  if (token === "**") return ".*";
  if (token === "*") return "[^/]*";
  if (token === "?") return "[^/]";
  if (token.length > 1) return `(?:${token.slice(1, -1).split(",").map(escaped).join("|")})`;
  return `\\${token}`;
}

function escaped(text: string): string {
  return text
    .replaceAll(/[.+^$()|[\]\\{}]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
}
