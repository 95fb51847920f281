const CONTROLS: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\f": "\\f",
  "\b": "\\b",
  "\u000b": "\\v",
  "\u0007": "\\a",
};

/** A text on one line: breaks, tabs and the like as Spark's `show` writes them, `\\n`, `\\t`. */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  return text.replace(/[\n\r\t\f\u0008\u000b\u0007]/g, (one) => CONTROLS[one] ?? one);
}
