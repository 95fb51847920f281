const KEPT = 500;

/** `find` by pattern, asked once for each: a query has few patterns and many rows. */
export function perPattern<Found>(find: (pattern: string) => Found): (pattern: string) => Found {
  const known = new Map<string, { readonly found: Found }>();
  return (pattern) => {
    const kept = known.get(pattern);
    if (kept !== undefined) return kept.found;
    const found = find(pattern);
    if (known.size > KEPT) known.clear();
    known.set(pattern, { found });
    return found;
  };
}
