import { backQuote, quoteUnlessWord } from "../data-type/quoted-name.ts";
import { QUOTED_WHEN_NAME } from "./keyword.ts";

/** A name in back-ticks, unless it reads as a name without them. */
export function quoteName(name: string): string {
  return QUOTED_WHEN_NAME.has(name.toUpperCase()) ? backQuote(name) : quoteUnlessWord(name);
}

/** A name of several parts, with dots between them. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(".");
}
