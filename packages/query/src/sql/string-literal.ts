const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "0": "\0", b: "\b", n: "\n", r: "\r", t: "\t", Z: "\u001a", "%": "\\%", _: "\\_" },
};

const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([01][0-7]{2})|([\s\S]))/g;

/**
 * The text that a string literal between quotes stands for: doubled quotes and C escapes resolved. `\%` and `\_` keep their backslash, for LIKE. A raw
 * literal (`r'..'`) is taken as it stands.
 */
export function stringValue(body: string, quote: string, raw: boolean): string {
  if (raw) return body;
  const plain = body.replaceAll(quote + quote, quote);
  if (!plain.includes("\\")) return plain;
  return plain.replace(ESCAPE, (_all, short?: string, long?: string, octal?: string, other = "") => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    const code = short ?? long;
    if (code !== undefined) return codePoint(Number.parseInt(code, 16));
    return ESCAPES[other] ?? other;
  });
}

function codePoint(code: number): string {
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}

const TO_ESCAPE: Readonly<Record<string, string>> = {
  ...{ "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\u0000", "\b": "\\b", "\u001a": "\\Z" },
};

/** A text as a Spark SQL string literal in single quotes. */
export function quoteString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that need an escape
  return `'${text.replace(/['\\\n\r\t\0\b\u001a]/g, (one) => TO_ESCAPE[one] ?? one)}'`;
}
