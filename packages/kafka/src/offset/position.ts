/** How far each partition of a topic is read: the offset of the next record, by partition. */
interface TopicPosition {
  /** The topic's own id: a topic that was deleted and made anew has another. */
  readonly id: string;
  readonly partitions: Readonly<Record<string, number>>;
}

/** How far a source is read, by topic. Plain JSON, kept in checkpoints. */
export type Position = Readonly<Record<string, TopicPosition>>;

/** The offset of a partition; undefined when the position does not know it. */
export function offsetAt(position: Position, topic: string, partition: number): number | undefined {
  return position[topic]?.partitions[partition];
}

/** One partition's records from an offset up to, and without, another. */
export interface PartitionRange {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** The ranges between two positions that hold anything, in order of topics and partitions. A partition that `after` lacks begins at 0. */
export function rangesBetween(after: Position, through: Position): readonly PartitionRange[] {
  return Object.entries(through).flatMap(([topic, { id, partitions }]) =>
    Object.entries(partitions).flatMap(([name, to]) => {
      const partition = Number(name);
      const from = offsetAt(after, topic, partition) ?? 0;
      return from < to ? [{ topic, topicId: id, partition, from, to }] : [];
    }),
  );
}

/** How many offsets lie between two positions. */
export function countBetween(after: Position, through: Position): number {
  return rangesBetween(after, through).reduce((sum, { from, to }) => sum + to - from, 0);
}

/** A position with other offsets. */
export function mapOffsets(
  position: Position,
  change: (topic: string, partition: number, offset: number) => number,
): Position {
  return Object.fromEntries(
    Object.entries(position).map(([topic, { id, partitions }]) => [
      topic,
      {
        id,
        partitions: Object.fromEntries(
          Object.entries(partitions).map(([name, offset]) => [name, change(topic, Number(name), offset)]),
        ),
      },
    ]),
  );
}
