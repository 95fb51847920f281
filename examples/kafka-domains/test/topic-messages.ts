/** The columns of `format("kafka")`. */
export const MESSAGE =
  "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT";

/** Messages as a topic has them, with offsets from `first` on; what is neither text nor bytes becomes JSON. */
export function messages(topic: string, values: readonly (object | string)[], first = 0): never {
  return values.map((value, i) => ({
    key: null,
    value: bytesOf(value),
    topic,
    partition: 0,
    offset: first + i,
    timestamp: new Date("2026-03-01T10:00:00Z"),
    timestampType: 0,
  })) as never;
}

function bytesOf(value: object | string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}
