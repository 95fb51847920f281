/** A name between back-ticks, which every name can stand between. */
export function backQuote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** A name as types show it: in back-ticks unless it is a word of letters, digits and underscores that begins with no digit. */
export function quoteUnlessWord(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : backQuote(name);
}
