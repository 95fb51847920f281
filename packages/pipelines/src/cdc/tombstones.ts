/** The table property that says how many seconds deletes of SCD type 1 are remembered, as Databricks calls it. */
export const TOMBSTONES = "pipelines.cdc.tombstoneGCThresholdInSeconds";

const TWO_DAYS = 172_800;

/** The property as given; names of properties compare ignoring case. */
export function tombstoneText(properties: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(properties).find(([key]) => key.toLowerCase() === TOMBSTONES.toLowerCase())?.[1];
}

/** How many seconds deletes are remembered: two days unless given. The property has been checked. */
export function tombstoneSeconds(properties: Readonly<Record<string, string>>): number {
  return Number(tombstoneText(properties) ?? TWO_DAYS);
}
