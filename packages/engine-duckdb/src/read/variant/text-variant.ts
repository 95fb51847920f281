import { instantOf } from "@sluice/query";
import { Numeral } from "../../connection/json-value.ts";
import { readMoment } from "../../connection/moment-by-pattern.ts";
import { timestampText } from "../../connection/prelude-time.ts";
import { instantText, microsecondsOf } from "../../connection/variant/variant-moment.ts";
import { decimalNumeral, markedText, type Variant } from "../../connection/variant/variant-value.ts";

/** How texts are read as dates and times; patterns of Java's, or Spark's casts when absent. `timeZone` is that of times without one. */
export interface TextTimes {
  readonly date: string | undefined;
  readonly timestamp: string | undefined;
  readonly timeZone: string;
}

/** What a text may be, in the order in which Spark tries. */
type Reading = (text: string, times: TextTimes) => Variant | undefined;

/** The value of an element or attribute of XML: a whole number, a decimal, a flag, or text. */
export function elementVariant(text: string): Variant {
  return readWhole(text) ?? readDecimal(text) ?? readFlag(text) ?? stringVariant(text);
}

/** The values of one column of a CSV file, one after the other: as in Spark a value is never tried as what comes before the type of the last one. */
export class ColumnVariants {
  readonly #times: TextTimes;
  #from = 0;

  constructor(times: TextTimes) {
    this.#times = times;
  }

  next(text: string): Variant {
    for (; this.#from < READINGS.length; this.#from += 1) {
      const found = READINGS[this.#from]?.(text, this.#times);
      if (found !== undefined) return found;
    }
    return stringVariant(text);
  }
}

const READINGS: readonly Reading[] = [readWhole, readDecimal, readDate, readTimestamp, readFlag];

function stringVariant(text: string): Variant {
  return text.startsWith("\0") ? markedText("S", text) : text;
}

function readWhole(text: string): Variant | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? new Numeral(String(value)) : undefined;
}

/** Commas between digits are passed over. A DECIMAL has at most 38 digits. */
function readDecimal(text: string): Variant | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text.replaceAll(",", ""));
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (parts === null || whole.length + fraction.length === 0) return undefined;
  const kept = digits.replace(/0+$/, "");
  const scale = kept === "" ? 0 : fraction.length - (digits.length - kept.length) - Number(exponent);
  if (Math.max(kept.length, scale, kept.length - scale) > 38) return undefined;
  const unscaled = BigInt(kept || "0") * 10n ** BigInt(Math.max(-scale, 0));
  return decimalNumeral(sign === "-" ? -unscaled : unscaled, Math.max(scale, 0));
}

function readDate(text: string, { date }: TextTimes): Variant | undefined {
  const found = date === undefined ? calendarDate(text) : readMoment(text, date, "record")?.slice(0, 10);
  return found === undefined ? undefined : markedText("D", found);
}

function calendarDate(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) && timestampText(text)?.startsWith(text) ? text : undefined;
}

function readTimestamp(text: string, { timestamp, timeZone }: TextTimes): Variant | undefined {
  const found = timestamp === undefined ? timestampText(text) : readMoment(text, timestamp, "record");
  if (found === null) return undefined;
  const [, clock = "", offset = "", region] = /^(.*?\.\d{6})([+-]\d\d:\d\d)?(?: (.+))?$/.exec(found) ?? [];
  const micros = microsecondsOf(`${clock}${offset}`);
  const instant = offset === "" ? instantOf(micros, region ?? timeZone) : micros;
  return instant === undefined ? undefined : markedText("T", instantText(instant, timeZone));
}

function readFlag(text: string): Variant | undefined {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : undefined;
}
