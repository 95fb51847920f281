import { backQuote } from "../data-type/quoted-name.ts";
import { QUOTED_WHEN_NAME } from "./keyword.ts";

/** A name in back-ticks, unless it reads as a name without them. */
export function quoteName(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !QUOTED_WHEN_NAME.has(name.toUpperCase());
  return plain ? name : backQuote(name);
}

/** A name of several parts, with dots between them. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(".");
}
