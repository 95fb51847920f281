import { countBetween, mapOffsets, offsetAt, type Position } from "./position.ts";

/**
 * The end of a batch of at most `most` records: each partition gets its share of what lies ahead, at least one, as Spark divides it. `through` itself when it
 * is not further than that.
 */
export function limitRange(after: Position, through: Position, most: number): Position {
  const total = countBetween(after, through);
  if (total <= most) return through;
  return mapOffsets(through, (topic, partition, end) => {
    const begin = offsetAt(after, topic, partition) ?? 0;
    const size = end - begin;
    if (size <= 0) return end;
    const share = (size / total) * most;
    return Math.min(begin + Math.floor(share < 1 ? Math.ceil(share) : share), end);
  });
}
