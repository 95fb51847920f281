/** The same tree without the places that it was read from, for comparing trees. */
export function withoutSpans<T>(tree: T): T {
  return strip(tree) as T;
}

function strip(tree: unknown): unknown {
  if (tree instanceof Uint8Array || typeof tree !== "object" || tree === null) return tree;
  if (Array.isArray(tree)) return tree.map(strip);
  const entries = Object.entries(tree).filter(([key]) => key !== "span");
  return Object.fromEntries(entries.map(([key, value]) => [key, strip(value)]));
}
