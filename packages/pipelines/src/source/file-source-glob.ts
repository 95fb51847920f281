/** A pattern cut where its first wildcard begins: `base` has none; `segments` match one path part each. */
export interface GlobPattern {
  readonly base: string;
  readonly segments: readonly RegExp[];
}

/** Whether a path holds `*`, `?`, `[..]` or `{..}` that is not escaped by a backslash. */
export function isGlob(path: string): boolean {
  return /(^|[^\\])[*?[{]/.test(path);
}

/** Cuts an absolute path with wildcards into patterns, one for each way of choosing among `{a,b}`. A path without wildcards has no segments. */
export function parseGlob(path: string): readonly GlobPattern[] {
  return expandBraces(path).map((one) => {
    const parts = one.split("/");
    const first = parts.findIndex(isGlob);
    const cut = first === -1 ? parts.length : first;
    const base = parts.slice(0, cut).join("/");
    return {
      base: unescapeGlob(base === "" ? "/" : base),
      segments: parts.slice(cut).filter(Boolean).map(globToRegExp),
    };
  });
}

/** A regular expression that matches exactly the names a pattern without `/` and braces stands for. */
export function globToRegExp(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const [text, length] = translate(pattern, i);
    source += text;
    i += length - 1;
  }
  return new RegExp(`^${source}$`, "su");
}

/** All patterns that a pattern with `{a,b}` stands for; braces may be nested and hold `/`. Unbalanced braces are plain characters. */
export function expandBraces(pattern: string): readonly string[] {
  const open = findOpen(pattern);
  if (open === -1) return [pattern];
  const { close, commas } = findClose(pattern, open);
  if (close === -1) return [pattern];
  const cuts = [open, ...commas, close];
  const choices = cuts.slice(1).map((cut, i) => pattern.slice((cuts[i] ?? 0) + 1, cut));
  const tails = expandBraces(pattern.slice(close + 1));
  return choices
    .flatMap((choice) => expandBraces(choice))
    .flatMap((choice) => tails.map((tail) => pattern.slice(0, open) + choice + tail));
}

function findOpen(pattern: string): number {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern[i] === "{") return i;
  }
  return -1;
}

function findClose(pattern: string, open: number): { readonly close: number; readonly commas: readonly number[] } {
  const commas: number[] = [];
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    const character = pattern[i];
    if (character === "\\") i++;
    else if (character === "{") depth++;
    else if (character === "," && depth === 1) commas.push(i);
    else if (character === "}" && --depth === 0) return { close: i, commas };
  }
  return { close: -1, commas };
}

function translate(pattern: string, at: number): readonly [string, number] {
  const character = pattern[at] ?? "";
  if (character === "\\") return [escapeRegExp(pattern[at + 1] ?? "\\"), 2];
  if (character === "*") return [".*", 1];
  if (character === "?") return [".", 1];
  if (character === "[") return characterClass(pattern, at);
  return [escapeRegExp(character), 1];
}

function characterClass(pattern: string, at: number): readonly [string, number] {
  const end = pattern.indexOf("]", at + 2);
  if (end === -1) return ["\\[", 1];
  const body = pattern.slice(at + 1, end);
  const negated = body.startsWith("!") || body.startsWith("^");
  const members = (negated ? body.slice(1) : body).replace(/[\\\]^&~[|{}().]/g, "\\$&");
  return [`[${negated ? "^" : ""}${members}]`, end - at + 1];
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function unescapeGlob(path: string): string {
  return path.replace(/\\(.)/g, "$1");
}
