/** Of `names`, the `count` most like `name` ignoring case, best first; ties keep their order. */
export function nearestNames(name: string, names: Iterable<string>, count: number): readonly string[] {
  const wanted = name.toLowerCase();
  const ranked = [...new Set(names)].map((one) => ({ one, distance: editDistance(wanted, one.toLowerCase()) }));
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ one }) => one);
}

/** Single-character insertions, deletions and replacements between two texts. */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
