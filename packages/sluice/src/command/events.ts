import type { EventFilter } from "../session/event-queries.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Prints the newest events of the event log, oldest of them first. */
export async function events(pipeline: Pipeline, filter: EventFilter, output: Output): Promise<number> {
  const rows = await pipeline.events(filter);
  for (const row of rows) output.json(row);
  output.grid(
    [{ title: "time (UTC)" }, { title: "level" }, { title: "type" }, { title: "message" }],
    rows.map((row) => [
      String(row["timestamp"]).replace("T", " ").replace(/Z$/, ""),
      String(row["level"]),
      String(row["event_type"]),
      String(row["message"]),
    ]),
  );
  return EXIT.done;
}
