import type { FrameActions } from "./frame-actions.ts";

/**
 * Prints rows as a table, cells whole, as a notebook of Databricks shows them.
 *
 * @param rows - How many at most.
 * @throws QueryError outside of a session, and for a stream
 */
export function display(frame: Pick<FrameActions, "show">, rows = 1000): Promise<void> {
  return frame.show(rows, false);
}
