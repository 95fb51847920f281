const MARK = "\u0001long:";
const LONG_VALUE = /([^\\]":\s*)(-?\d{16,})(?=\s*[,}\]])/g;
const QUOTED_MARK = /"\\u0001long:(-?\d+)"/g;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Reads JSON; integers of 16 or more digits that are the value of a key become bigint instead of losing digits. */
export function parseExactJson(text: string): unknown {
  if (!LONG_VALUE.test(text)) return JSON.parse(text);
  LONG_VALUE.lastIndex = 0;
  const marked = text.replace(LONG_VALUE, `$1"\\u0001long:$2"`);
  return JSON.parse(marked, (_key, value) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  );
}

/** Prints JSON in one line; a bigint is printed as a number with all its digits. */
export function printExactJson(value: unknown): string {
  let exact = true;
  const text = JSON.stringify(value, (_key, part) => {
    if (typeof part !== "bigint") return part;
    exact = false;
    return `${MARK}${part}`;
  });
  return exact ? text : text.replace(QUOTED_MARK, "$1");
}

/** Reads JSON whose numbers must keep their digits: each number becomes its text. Used for statistics, whose types the schema tells. */
export function parseJsonWithNumbersAsText(text: string): unknown {
  return JSON.parse(text.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

/** Whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
