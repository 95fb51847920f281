/** A stretch of SQL text that hangs together: a comment, a string, a name in back-ticks, or what stands between these. Offsets, `end` excluded. */
export interface TextStretch {
  readonly kind: "comment" | "string" | "name" | "code";
  readonly start: number;
  readonly end: number;
}

const OPENING = /--|\/\*|['"`]/g;
const LINE_COMMENT = /--(?:\\\r?\n|[^\r\n])*/y;
const CLOSED: Readonly<Record<string, RegExp>> = {
  "'": /'(?:[^'\\]|\\[\s\S]|'')*'/y,
  '"': /"(?:[^"\\]|\\[\s\S]|"")*"/y,
  "`": /`(?:[^`]|``)*`/y,
};
const RAW: Readonly<Record<string, RegExp>> = { "'": /'[^']*'/y, '"': /"[^"]*"/y };

/** Cuts SQL text into stretches, without gaps. What is opened and never closed reaches to the end of the text. */
export function* scanText(text: string): Generator<TextStretch> {
  let at = 0;
  while (at < text.length) {
    OPENING.lastIndex = at;
    const found = OPENING.exec(text);
    const start = found?.index ?? text.length;
    if (start > at) yield { kind: "code", start: at, end: start };
    if (found === null) return;
    const [opening] = found;
    at = endOf(text, opening, start);
    yield { kind: kindOf(opening), start, end: at };
  }
}

function kindOf(opening: string): TextStretch["kind"] {
  if (opening === "--" || opening === "/*") return "comment";
  return opening === "`" ? "name" : "string";
}

function endOf(text: string, opening: string, start: number): number {
  if (opening === "/*") return endOfComment(text, start);
  const raw = opening !== "--" && /(?:^|[^\p{L}\p{N}_])r$/iu.test(text.slice(Math.max(0, start - 2), start));
  const pattern = opening === "--" ? LINE_COMMENT : ((raw ? RAW[opening] : undefined) ?? CLOSED[opening]);
  if (pattern === undefined) throw new Error(`nothing closes ${opening}`);
  pattern.lastIndex = start;
  return start + (pattern.exec(text)?.[0].length ?? text.length - start);
}

function endOfComment(text: string, start: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return text.length;
}

/** A stretch of text between `;`: offsets, `end` excluded and the `;` not in it. */
export interface StatementRange {
  readonly start: number;
  readonly end: number;
}

/** The statements of SQL text, in order; `;` inside of strings, names and comments divides nothing. Stretches of blanks and comments alone are none. */
export function splitStatements(text: string): readonly StatementRange[] {
  const statements: StatementRange[] = [];
  let start: number | undefined;
  let last = 0;
  const close = (): void => {
    if (start !== undefined) statements.push({ start, end: last });
    start = undefined;
  };
  for (const stretch of scanText(text)) {
    if (stretch.kind === "comment") continue;
    if (stretch.kind !== "code") {
      start ??= stretch.start;
      last = stretch.end;
      continue;
    }
    for (const part of text.slice(stretch.start, stretch.end).matchAll(/;|[^;]+/g)) {
      if (part[0] === ";") close();
      else {
        const blank = part[0].length - part[0].trimStart().length;
        if (blank === part[0].length) continue;
        const at = stretch.start + part.index;
        start ??= at + blank;
        last = at + part[0].trimEnd().length;
      }
    }
  }
  close();
  return statements;
}
