import { NUMBER_MARK } from "../../connection/written-number.ts";
import { afterBlanks, isChanged, isColon, numberEnd } from "./number-token.ts";

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];
const [PLAIN, TEXT, NUMBER] = [0, 1, 2];

/** What each byte begins. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE ? TEXT : byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? NUMBER : PLAIN,
);

const OPEN = Buffer.from(`"${NUMBER_MARK}`);

/** No number becomes longer than this many times itself. */
export const MOST_GROWTH = 4;

/** Which bytes end a record, so that a quote without its partner does no harm beyond: LF and CR, one byte of its own, or none where a file is one record. */
export type RecordEnds = "Lines" | "Never" | number;

/**
 * Turns numbers of JSON that a parser may change into texts with a mark before them, everything else as it is: DuckDB makes a double of each number with a point
 * or an exponent. Takes bytes in pieces, cut anywhere. What is no JSON is marked somehow; without its marks it is what it was.
 */
export class NumberMarker {
  readonly #first: number;
  readonly #second: number;
  #out = Buffer.alloc(0);
  #length = 0;
  #copied = 0;
  #inText = false;
  #escaped = false;
  #rest = Buffer.alloc(0);
  #hasMarked = false;

  constructor(ends: RecordEnds) {
    this.#first = ends === "Lines" ? LINE_FEED : ends === "Never" ? -1 : ends;
    this.#second = ends === "Lines" ? CARRIAGE_RETURN : this.#first;
  }

  /** Whether a number has been marked so far: until then all that was given back is as it came. */
  get hasMarked(): boolean {
    return this.#hasMarked;
  }

  /** The next piece, marked, valid until the next call; a number at its end waits for what follows. */
  next(piece: Buffer): Buffer {
    return this.#mark(this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]), false);
  }

  /** What is left when all pieces were given. */
  end(): Buffer {
    return this.#mark(this.#rest, true);
  }

  #mark(bytes: Buffer, isLast: boolean): Buffer {
    if (this.#out.length < MOST_GROWTH * bytes.length) this.#out = Buffer.allocUnsafe(MOST_GROWTH * bytes.length);
    this.#length = 0;
    this.#copied = 0;
    const { length } = bytes;
    let at = this.#inText ? this.#textEnd(bytes, 0) : 0;
    while (at < length) {
      const kind = KINDS[bytes[at] as number];
      if (kind === PLAIN) at++;
      else if (kind === TEXT) at = this.#textEnd(bytes, at + 1);
      else {
        const end = this.#number(bytes, at, isLast);
        if (end === undefined) break;
        at = end;
      }
    }
    this.#length += bytes.copy(this.#out, this.#length, this.#copied, at);
    this.#rest = Buffer.from(bytes.subarray(at));
    return this.#out.subarray(0, this.#length);
  }

  /** Past a number, which is marked where it may be changed and is no name; undefined when what follows must be known first. */
  #number(bytes: Buffer, start: number, isLast: boolean): number | undefined {
    const end = numberEnd(bytes, start);
    if (end >= bytes.length - 2 && !isLast) return undefined;
    if (!isChanged(bytes, start, end)) return end;
    const next = afterBlanks(bytes, end);
    if (next === bytes.length && !isLast) return undefined;
    if (!isColon(bytes, next)) this.#put(bytes, start, end);
    return end;
  }

  /** Writes what is before a number, and the number as a text. */
  #put(bytes: Buffer, start: number, end: number): void {
    this.#hasMarked = true;
    const out = this.#out;
    let length = this.#length + bytes.copy(out, this.#length, this.#copied, start);
    for (let at = 0; at < OPEN.length; at++) out[length++] = OPEN[at] as number;
    for (let at = start; at < end; at++) out[length++] = bytes[at] as number;
    out[length++] = QUOTE;
    this.#length = length;
    this.#copied = end;
  }

  /** Past the end of the text that the place is in, or where the bytes end. */
  #textEnd(bytes: Buffer, start: number): number {
    const { length } = bytes;
    const first = this.#first;
    const second = this.#second;
    let at = start;
    let escaped = this.#escaped;
    while (at < length) {
      const byte = bytes[at++];
      if (byte === first || byte === second || (byte === QUOTE && !escaped)) {
        this.#inText = false;
        this.#escaped = false;
        return at;
      }
      escaped = byte === BACKSLASH && !escaped;
    }
    this.#inText = true;
    this.#escaped = escaped;
    return at;
  }
}

/** A whole text of JSON, marked. */
export function marked(bytes: Buffer, ends: RecordEnds): Buffer {
  const marker = new NumberMarker(ends);
  const most = Buffer.from(marker.next(bytes));
  return Buffer.concat([most, marker.end()]);
}
