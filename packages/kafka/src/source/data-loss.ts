import { EngineError } from "@sluice/pipelines";

/** Records that a source should have and the cluster no longer has. */
export interface DataLoss {
  /** Spark's error class below KAFKA_DATA_LOSS. */
  readonly condition:
    | "ADDED_PARTITION_DOES_NOT_START_FROM_OFFSET_ZERO"
    | "COULD_NOT_READ_OFFSET_RANGE"
    | "PARTITIONS_DELETED"
    | "PARTITION_OFFSET_CHANGED"
    | "START_OFFSET_RESET";
  /** What happened: a sentence. */
  readonly reason: string;
}

/** The error that a loss is when `failOnDataLoss` is true. */
export function dataLossError({ condition, reason }: DataLoss): EngineError {
  const next =
    "The records have expired, or the topic was deleted, before they were read. Run a full refresh to begin again from startingOffsets; or set the option " +
    "failOnDataLoss to false, and reading goes on with what there is.";
  return new EngineError(`Some data may have been lost. ${reason} ${next}`, {
    condition: `KAFKA_DATA_LOSS.${condition}`,
    domain: "user",
    retry: "never",
  });
}
