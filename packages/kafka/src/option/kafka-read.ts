import type { OffsetChoice } from "./offset-choice.ts";
import type { SecurityOptions } from "./security.ts";

/** Which partitions of which topics are read. */
export type TopicChoice =
  | { readonly kind: "Subscribe"; readonly topics: readonly string[] }
  /** A regular expression that whole names match. */
  | { readonly kind: "SubscribePattern"; readonly pattern: string }
  | { readonly kind: "Assign"; readonly partitions: Readonly<Record<string, readonly number[]>> };

/** A read of Kafka, its options understood. Plain data. */
export interface KafkaRead {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly patienceMs: number;
  readonly requestMs: number;
  readonly security: SecurityOptions;
  readonly topics: TopicChoice;
  readonly starting: OffsetChoice;
  /** Only of a read that is no stream. */
  readonly ending: OffsetChoice;
  readonly failOnDataLoss: boolean;
  readonly maxOffsets?: number;
  readonly minOffsets?: number;
  /** Milliseconds that fewer than `minOffsets` records may wait. */
  readonly maxDelayMs: number;
  readonly includeHeaders: boolean;
  /** Records of open and aborted transactions are left out. */
  readonly isCommitted: boolean;
}

/** As Spark names the source: `KafkaV2[Subscribe[orders]]`. */
export function describeRead({ topics }: KafkaRead): string {
  return `KafkaV2[${topics.kind}[${topicText(topics)}]]`;
}

function topicText(topics: TopicChoice): string {
  switch (topics.kind) {
    case "Subscribe":
      return topics.topics.join(", ");
    case "SubscribePattern":
      return topics.pattern;
    case "Assign":
      return Object.entries(topics.partitions)
        .flatMap(([topic, partitions]) => partitions.map((one) => `${topic}-${one}`))
        .join(", ");
  }
}
