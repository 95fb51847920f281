import type { Parser } from "./cursor.ts";
import { QUERY_CONTINUES, QUERY_START } from "./keyword.ts";

/** Whether a query, perhaps in brackets, begins `offset` tokens ahead. A bracket with an expression over a sub-query in it is no query. */
export function atQuery(parser: Parser, offset = 0): boolean {
  let inner = offset;
  while (parser.peek(inner).key === "(") inner++;
  if (!startsQuery(parser, inner)) return false;
  for (let open = inner - 1; open >= offset; open--) {
    const close = parser.closing(open);
    if (close === undefined) return true;
    const { key } = parser.peek(close + 1);
    if (QUERY_CONTINUES.has(key)) return true;
    if (open > offset && key !== ")") return false;
    if (open === offset) return key === ")" || key === "" || key === ";";
  }
  return true;
}

function startsQuery(parser: Parser, offset: number): boolean {
  const { key } = parser.peek(offset);
  if (!QUERY_START.has(key)) return false;
  const { kind, key: following } = parser.peek(offset + 1);
  const name = kind === "word" || kind === "quoted";
  switch (key) {
    case "SELECT":
      return true;
    case "VALUES":
      return following === "(" || kind === "string" || kind === "number" || name;
    case "FROM":
      return name || following === "(";
    default:
      return name;
  }
}
