import { EngineError } from "@sluice/pipelines";

/** The error for topics that messages are for and that do not exist. */
export function topicMissing(names: readonly string[]): EngineError {
  const list = names.map((name) => `"${name}"`).join(", ");
  const message = `There is no topic ${list} on the cluster that the user may write to. Create it, or correct the option or the column topic.`;
  return new EngineError(message, { condition: "KAFKA_TOPIC_NOT_FOUND", domain: "user", retry: "never" });
}
