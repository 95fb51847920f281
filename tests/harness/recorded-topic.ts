import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A message of a recording that a producer of examples made, its value still encoded. */
export interface RecordedMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: Buffer;
}

/** All messages of a topic below `folder`, in the order of files and lines. */
export function recordedMessages(folder: string, topic: string): readonly RecordedMessage[] {
  const files = readdirSync(join(folder, topic)).sort();
  const lines = files.flatMap((file) =>
    readFileSync(join(folder, topic, file), "utf8")
      .trimEnd()
      .split("\n"),
  );
  return lines.map((line) => {
    const message = JSON.parse(line) as Omit<RecordedMessage, "value"> & { readonly value: string };
    return { ...message, value: Buffer.from(message.value, "base64") };
  });
}
