import type { Plan } from "@sluice/query";

/** A scan number and a column id above all that plans use, sub-queries and lambdas included. */
export function freeNumbers(...plans: readonly Plan[]): { readonly scan: number; readonly attribute: number } {
  const highest = { id: 0, scan: 0 };
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      if ("id" in value && typeof value.id === "number") highest.id = Math.max(highest.id, value.id);
      if ("scan" in value && typeof value.scan === "number") highest.scan = Math.max(highest.scan, value.scan);
      Object.values(value).forEach(visit);
    }
  };
  visit(plans);
  return { scan: highest.scan + 1, attribute: highest.id + 1 };
}
