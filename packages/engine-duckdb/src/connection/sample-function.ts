import type { PreludeFunction } from "./prelude-definition.ts";

/** The name of the SQL function that hands a row to JavaScript: `keep_sample(token, mask, record)` gives 1. */
export const SAMPLE_FUNCTION = "keep_sample";

type Receiver = (mask: bigint, record: string) => void;

const receivers = new Map<string, Receiver>();

/** Calls `receive` for every row that a statement hands over with this token, until the returned function is called. */
export function receiveSamples(token: string, receive: Receiver): () => void {
  receivers.set(token, receive);
  return () => receivers.delete(token);
}

/** The function itself. */
export const SAMPLE_DEFINITION: PreludeFunction = {
  parameters: ["VARCHAR", "BIGINT", "VARCHAR"],
  returns: "BIGINT",
  volatile: true,
  apply: (token, mask, record) => {
    if (typeof mask === "bigint") receivers.get(String(token))?.(mask, String(record));
    return 1n;
  },
};
