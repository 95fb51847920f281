/** The regions whose clocks Java means by short names of zones, those of summer and winter alike. */
const REGIONS: Readonly<Record<string, string>> = {
  ...regions("America/New_York", "EST", "EDT"),
  ...regions("America/Chicago", "CST", "CDT"),
  ...regions("America/Denver", "MST", "MDT"),
  ...regions("America/Los_Angeles", "PST", "PDT"),
  ...regions("America/Anchorage", "AKST", "AKDT"),
  ...regions("America/Halifax", "AST", "ADT"),
  ...regions("Pacific/Honolulu", "HST"),
  ...regions("Europe/Lisbon", "WET", "WEST"),
  ...regions("Europe/Paris", "CET", "CEST"),
  ...regions("Europe/Helsinki", "EET", "EEST"),
  ...regions("Europe/Moscow", "MSK"),
  ...regions("Africa/Johannesburg", "SAST"),
  ...regions("Asia/Karachi", "PKT"),
  ...regions("Asia/Hong_Kong", "HKT"),
  ...regions("Asia/Tokyo", "JST"),
  ...regions("Asia/Seoul", "KST"),
  ...regions("Australia/Sydney", "AEST", "AEDT"),
  ...regions("Pacific/Auckland", "NZST", "NZDT"),
  ...regions("UTC", "UT", "UTC", "GMT"),
};

function regions(region: string, ...names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, region]));
}

/** The region that a name of a zone stands for; other names stand for themselves. */
export function regionOf(name: string): string {
  return REGIONS[name] ?? name;
}

/** A zone's name at an instant (milliseconds) as Java has it, `PST` or `Pacific Standard Time`; null where JavaScript knows none. */
export function zoneName(zone: string, instant: number, style: "short" | "long"): string | null {
  if (zone === "UTC" && style === "short") return "UTC";
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: style });
  const nameAt = (time: number) => format.formatToParts(time).find((part) => part.type === "timeZoneName")?.value ?? "";
  const names = [instant, Date.UTC(2024, 0)].map(nameAt);
  return names.find((name) => (style === "long" ? !/^GMT[+-]/.test(name) : /^[A-Z]{2,5}$/.test(name))) ?? null;
}
