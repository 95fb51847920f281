const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A count with thousands separators: `12,345`. */
export function formatCount(count: number | bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A count of things: `1 row`, `2 rows`. */
export function countOf(count: number | bigint, thing: string): string {
  return `${formatCount(count)} ${thing}${Number(count) === 1 ? "" : "s"}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const COLOUR = /(\u001b\[[0-9;]*m)/;

/** A line that takes no more than `width` columns, colours not counted; `…` stands for what was cut off. */
export function cutLine(line: string, width: number): string {
  const parts = line.split(COLOUR);
  const length = parts.reduce((sum, part, i) => sum + (i % 2 === 0 ? part.length : 0), 0);
  if (length <= width) return line;
  let room = Math.max(0, width - 1);
  return parts
    .map((part, i) => {
      if (i % 2 === 1) return part;
      const kept = part.slice(0, room);
      const isLast = room > 0 && part.length >= room;
      room -= kept.length;
      return isLast ? `${kept}…` : kept;
    })
    .join("");
}

/** A size in decimal units: `1.3 MB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${UNITS[unit]}`;
}

/** A length of time: `340 ms`, `2.1 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(seconds % 60))} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A moment in UTC to the second: `2026-11-21 03:25:48`. */
export function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");
}

/** A share of a whole: `99.2 %`, and never `100 %` unless all. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return "-";
  const share = (part / whole) * 100;
  return `${share < 100 ? Math.min(share, 99.9).toFixed(1) : "100"} %`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
