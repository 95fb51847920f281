import { regionOf } from "./zone-name.ts";

/** A zone at the begin of a text: how long it is there, and how it stands behind a time: `+02:00`, or ` Europe/Paris`. */
export interface ZoneText {
  readonly length: number;
  readonly value: string;
}

const SHORT_GMT = /^GMT([+-]\d{1,2}(:\d{2}(:\d{2})?)?)?/i;
const FULL_GMT = /^GMT([+-]\d{2}:\d{2}(:\d{2})?)?/i;
const REGION = /^[A-Za-z]\w*(\/[\w+-]+)*/;
const PREFIXED = /^(UTC|GMT|UT)([+-]\d{2}:\d{2}(:\d{2})?)?(?![A-Za-z\d/])/;
const COLONS = /^[+-]\d{2}:\d{2}(:\d{2})?/;

/** Offsets by how often `X`, `x` or `Z` is repeated. */
const OFFSETS: readonly RegExp[] = [
  /^[+-]\d{2}(\d{2})?/,
  /^[+-]\d{4}/,
  /^[+-]\d{2}:\d{2}/,
  /^[+-]\d{4}(\d{2})?/,
  COLONS,
];

/** Reads what a letter of Java's DateTimeFormatter stands for: an offset (`X`, `x`, `Z`, `O`), a zone's name (`V`) or any of its names (`z`). */
export function readZone(letter: string, count: number, text: string): ZoneText | undefined {
  if (letter === "V" || letter === "z") return readName(text, letter === "V");
  if (letter === "O" || (letter === "Z" && count === 4)) return offset((count === 4 ? FULL_GMT : SHORT_GMT).exec(text));
  const takesZulu = letter === "X" || (letter === "Z" && count === 5);
  return (
    (takesZulu ? zulu(text) : undefined) ?? offset(OFFSETS[letter === "Z" && count < 4 ? 1 : count - 1]?.exec(text))
  );
}

function readName(text: string, isRegion: boolean): ZoneText | undefined {
  return offset(COLONS.exec(text) ?? PREFIXED.exec(text)) ?? region(text, isRegion) ?? zulu(text);
}

function zulu(text: string): ZoneText | undefined {
  return /^z/i.test(text) ? { length: 1, value: "+00:00" } : undefined;
}

function offset(found: RegExpExecArray | null | undefined): ZoneText | undefined {
  if (found === null || found === undefined) return undefined;
  const digits = /([+-])(\d{1,2}):?(\d{2})?:?(\d{2})?$/.exec(found[0]);
  const [, sign = "+", hours = "0", minutes = "00", seconds] = digits ?? [];
  const value = `${sign}${hours.padStart(2, "0")}:${minutes}${seconds === undefined ? "" : `:${seconds}`}`;
  return { length: found[0].length, value };
}

/** Abbreviations such as PST are names of no region, but for a few. */
const REGIONS = /^(?![A-Z]{3}$)|^(UTC|GMT|UCT|EST|MST|HST|WET|CET|MET|EET|PRC|ROC|ROK)$/;

function region(text: string, isRegion: boolean): ZoneText | undefined {
  const name = REGION.exec(text)?.[0];
  if (name === undefined || name.length === 1 || (isRegion && !REGIONS.test(name))) return undefined;
  return { length: name.length, value: ` ${isRegion ? name : regionOf(name)}` };
}
