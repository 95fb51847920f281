import { editDistance } from "@sluice/query";

/**
 * The candidate that a person most likely meant by `wanted`, or undefined when none is near: at most a third of the letters differ. Letter case, dots and
 * underscores count for nothing; the first candidate wins a tie.
 */
export function closestMatch(wanted: string, candidates: Iterable<string>): string | undefined {
  const target = normalize(wanted);
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(target, normalize(candidate));
    if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  const allowed = Math.max(1, Math.floor(target.length / 3));
  return best !== undefined && best.distance <= allowed ? best.candidate : undefined;
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[._\s-]/g, "");
}
