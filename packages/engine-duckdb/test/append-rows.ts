import type { WriteRequest } from "@sluice/pipelines";
import { field, LONG, type Plan, STRING, struct } from "@sluice/query";
import { openDuckDbEngine } from "../src/index.ts";

/** The schema of the tables that `appendRows` writes. */
export const APPENDED = struct([field("id", LONG), field("text", STRING)]);

/** Appends `count` commits of `rows` rows to a table, telling on stdout as each is begun and done. To be run in a process of its own. */
export async function appendRows(location: string, appId: string, count: number, rows: number): Promise<void> {
  const engine = await openDuckDbEngine();
  for (let version = 0; version < count; version += 1) {
    process.stdout.write("begin\n");
    await engine.write(request(location, appId, version, rows));
    process.stdout.write("done\n");
  }
  await engine.close();
}

function request(location: string, appId: string, version: number, rows: number): WriteRequest {
  const id = { id: 1, name: "id", dataType: LONG, nullable: true, metadata: {} };
  const text = { ...id, id: 2, name: "text", dataType: STRING };
  const range: Plan = { kind: "Range", start: 0n, end: BigInt(rows), step: 1n, output: [id] };
  const expression = {
    kind: "Cast",
    expression: { kind: "Column", ...id },
    try: false,
    dataType: STRING,
    nullable: true,
  } as const;
  const columns = [
    { attribute: id, expression: { kind: "Column", ...id } as const },
    { attribute: text, expression },
  ];
  const plan: Plan = { kind: "Project", input: range, output: [id, text], columns };
  return {
    target: { location, name: "appended", schema: APPENDED, partitionBy: [], clusterBy: [], properties: {} },
    mode: "append",
    plan,
    inputs: new Map(),
    session: { now: 0n, timeZone: "UTC", ansi: false },
    transaction: { appId, version },
    states: [],
    operation: "STREAMING UPDATE",
    operationParameters: {},
  };
}
