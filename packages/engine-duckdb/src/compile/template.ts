const ATOMIC = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\w.]+)$/;

/** An expression that may be an operand of any operator: put in brackets unless it is one name, value or call. */
export function operand(sql: string): string {
  return ATOMIC.test(sql) || isClosed(sql) ? sql : `(${sql})`;
}

function isClosed(sql: string): boolean {
  const head = /^\w*[([]/.exec(sql);
  if (head === null || /^(?:in|not|and|or|case|between|like)\(/i.test(head[0])) return false;
  return closingOf(sql, head[0].length - 1) === sql.length - 1;
}

/** The place of the bracket that closes the one at `open`; -1 when there is none. */
function closingOf(sql: string, open: number): number {
  let depth = 0;
  for (let i = open; i < sql.length; i++) {
    const char = sql[i];
    if (char === "'" || char === '"') {
      i = sql.indexOf(char, i + 1);
      if (i < 0) return -1;
    } else if (char === "(" || char === "[" || char === "{") depth++;
    else if ((char === ")" || char === "]" || char === "}") && --depth === 0) return i;
  }
  return -1;
}

/** Fills a template. A placeholder that is a whole argument is put in as it is, any other as an operand. */
export function fill(template: string, args: readonly string[], type: string): string {
  return template.replace(/\$(\d|\*|type)/g, (found: string, what: string, at: number) => {
    if (what === "type") return type;
    if (what === "*") return args.join(", ");
    const arg = args[Number(what) - 1] ?? "NULL";
    const before = template[at - 1] ?? "";
    const after = template[at + found.length] ?? "";
    const whole = (before === "" && after === "") || (/[( [,]/.test(before) && isArgument(template, at, after));
    return whole ? arg : operand(arg);
  });
}

function isArgument(template: string, at: number, after: string): boolean {
  const before = template.slice(0, at).trimEnd().at(-1) ?? "";
  return /[([,]/.test(before) && /[)\],]/.test(after);
}
