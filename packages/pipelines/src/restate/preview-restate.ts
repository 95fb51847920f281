import { SIDE } from "../cdc/restated-tables.ts";
import type { RestatePreview, RestateRequest } from "../planner/restate-request.ts";
import { collectChanges, settleLost } from "./collect-changes.ts";
import { Restatement, type RestateScope } from "./restatement.ts";

const SAMPLE = 20;

/** What a restatement would do. Writes nothing but its work store. @throws QueryError for a wrong condition; EngineError for trouble with the sources */
export async function previewRestate(request: RestateRequest, scope: RestateScope): Promise<RestatePreview> {
  const restatement = new Restatement(scope);
  const collected = await collectChanges(restatement, request.where);
  const { lost = "refuse" } = request;
  if (lost !== "refuse") await settleLost(restatement, collected, lost);
  const [keys = 0, changes = 0, rows = 0, removed = 0, added = 0] = await restatement.count(
    ...(["chosen", "changes", "before", "gone", "come"] as const),
  );
  return { keys, changes, lost: collected.lost, rows, removed, added, ...(await sampleOf(restatement)) };
}

async function sampleOf(restatement: Restatement): Promise<Pick<RestatePreview, "columns" | "sample">> {
  const { engine } = restatement.scope.world;
  const differences = restatement.plans.differences();
  const inputs = await restatement.inputs(differences);
  const found = await engine.query(differences.plan, inputs, restatement.session, { limit: SAMPLE });
  const names = found.schema.fields.map(({ name }) => name);
  const at = names.indexOf(SIDE);
  return {
    columns: names.filter((name) => name !== SIDE),
    sample: found.rows.map((row) => ({
      side: row[at] === "-" ? "-" : "+",
      values: row.filter((_, i) => i !== at).map((value) => (value === null ? null : String(value))),
    })),
  };
}
