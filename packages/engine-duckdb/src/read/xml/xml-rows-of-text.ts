/** The markup that has no rows inside, whatever it looks like. */
const OPAQUE = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

const LONGEST_OPENING = "<![CDATA[".length;

/** Cuts the elements of one name out of XML text that comes piece by piece. An element inside one of its own name belongs to it. */
export class XmlSplitter {
  readonly #name: string;
  #text = "";

  constructor(rowTag: string) {
    this.#name = rowTag;
  }

  /** The elements complete so far; with `last`, one that is not closed too. */
  push(text: string, last: boolean): readonly string[] {
    this.#text += text;
    const rows: string[] = [];
    let kept = 0;
    for (;;) {
      const { at, isRow } = this.#find(kept);
      kept = at;
      const end = isRow ? this.#end(at) : -1;
      if (end < 0) break;
      rows.push(this.#text.slice(at, end));
      kept = end;
    }
    this.#text = this.#text.slice(kept);
    if (last && this.#find(0).isRow) rows.push(this.#text);
    return rows;
  }

  /** The next start of a row; where there is none, the first place that may yet turn out to be one. */
  #find(from: number): { readonly at: number; readonly isRow: boolean } {
    const open = `<${this.#name}`;
    for (let at = this.#text.indexOf("<", from); at >= 0; at = this.#text.indexOf("<", at + 1)) {
      const skipped = this.#skipOpaque(at);
      const isCut = this.#text.length - at <= Math.max(open.length, LONGEST_OPENING);
      if (skipped === undefined || (isCut && skipped === at && !this.#isTag(open, at))) return { at, isRow: false };
      if (skipped > at) at = skipped - 1;
      else if (this.#isTag(open, at)) return { at, isRow: true };
    }
    return { at: this.#text.length, isRow: false };
  }

  /** The place after the end of the element that starts at `start`; -1 when it is not there yet. */
  #end(start: number): number {
    let depth = 0;
    for (let at = start; at >= 0; at = this.#text.indexOf("<", at)) {
      const skipped = this.#skipOpaque(at);
      if (skipped === undefined) return -1;
      if (skipped > at) {
        at = skipped;
        continue;
      }
      const close = this.#tagEnd(at);
      if (close < 0) return -1;
      if (this.#isTag(`<${this.#name}`, at) && this.#text[close - 1] !== "/") depth += 1;
      else if (this.#isTag(`</${this.#name}`, at)) depth -= 1;
      at = close + 1;
      if (depth === 0) return at;
    }
    return -1;
  }

  /** The `>` of a tag, not one inside quotes. */
  #tagEnd(from: number): number {
    let quote = "";
    for (let at = from; at < this.#text.length; at++) {
      const char = this.#text[at] ?? "";
      if (quote !== "") quote = char === quote ? "" : quote;
      else if (char === '"' || char === "'") quote = char;
      else if (char === ">") return at;
    }
    return -1;
  }

  #isTag(open: string, at: number): boolean {
    return this.#text.startsWith(open, at) && /[\s>/]/.test(this.#text[at + open.length] ?? "");
  }

  /** The place after a comment, CDATA or instruction that starts here; the same place when none does; undefined when it is not closed yet. */
  #skipOpaque(at: number): number | undefined {
    const found = OPAQUE.find(([open]) => this.#text.startsWith(open, at));
    if (found === undefined) return at;
    const end = this.#text.indexOf(found[1], at + found[0].length);
    return end < 0 ? undefined : end + found[1].length;
  }
}
