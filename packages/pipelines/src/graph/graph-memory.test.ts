import { field, LONG, struct } from "@sluice/query";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GraphProject, ORDERS } from "../../test/graph-project.ts";
import * as dlt from "../api/dlt-module.ts";
import { spark } from "../api/spark.ts";
import { collectDeclarations } from "../declaration/registry.ts";
import { GraphMemory } from "./graph-memory.ts";
import type { GraphWorld } from "./graph-world.ts";
import { type Resolution, resolveGraph } from "./resolve-graph.ts";

let project: GraphProject;
beforeAll(() => {
  project = new GraphProject();
});
afterAll(() => project.close());

interface Texts {
  readonly rule: string;
  readonly where: string;
  readonly comment: string;
}

const SAME: Texts = { rule: "id IS NOT NULL", where: "amount > 1", comment: "orders" };

/** Two tables, one of them joined with itself, so that DataFrames have numbers. */
function declare({ rule, where, comment }: Texts): void {
  dlt.table({ name: "bronze", comment, expectOrDrop: { id: rule } }, () =>
    spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("orders"),
  );
  dlt.table({ name: "gold" }, () => {
    const [left, right] = [dlt.read("bronze").where(where), dlt.read("bronze")];
    return left.join(right, left.col("id").eq(right.col("id"))).select(left.col("amount"));
  });
}

async function resolve(world: GraphWorld, texts: Texts = SAME): Promise<Resolution> {
  const { configuration } = world.settings;
  return resolveGraph(await collectDeclarations(async () => declare(texts), { configuration }), world);
}

function remembering(): GraphWorld {
  return { ...project.world(), memory: new GraphMemory() };
}

test("sources that say the same give the very same flows again", async () => {
  const world = remembering();
  const first = await resolve(world);
  const again = await resolve(world);
  expect(first.errors).toEqual([]);
  expect(again.graph?.flows).toBe(first.graph?.flows);
  expect(again.graph?.datasets).toBe(first.graph?.datasets);
  expect(again.warnings).toEqual(first.warnings);
  expect((await resolve(project.world())).graph?.flows[0]).not.toBe(first.graph?.flows[0]);
});

test.each<readonly [string, Partial<Texts>]>([
  ["rule", { rule: "id > 0" }],
  ["query", { where: "amount > 2" }],
  ["comment", { comment: "other" }],
])("another %s is understood", async (_what, change) => {
  const world = remembering();
  const first = await resolve(world);
  const changed = await resolve(world, { ...SAME, ...change });
  expect(changed.graph?.flows).not.toBe(first.graph?.flows);
  const [bronze] = changed.graph?.datasets ?? [];
  expect(bronze?.declaration.comment).toBe(change.comment ?? SAME.comment);
  expect(changed.graph?.flows[0]?.rules[0]?.text).toBe(change.rule ?? SAME.rule);
  const back = await resolve(world);
  expect(back.graph?.flows[0]?.rules[0]?.text).toBe(SAME.rule);
});

test("what is stored of a table counts", async () => {
  const memory = new GraphMemory();
  const empty = project.world();
  const first = await resolve({ ...empty, memory });
  const older = struct([field("old", LONG), ...ORDERS.fields]);
  const { engine } = project.world({ tables: { "tables/default/bronze": older } });
  const stored = { ...engine.tables };
  const world = { ...empty, memory, engine: Object.assign(empty.engine, { tables: stored }) };
  const later = await resolve(world);
  expect(first.graph?.datasets[0]?.schema.fields.map((one) => one.name)).not.toContain("old");
  expect(later.graph?.datasets[0]?.schema.fields.map((one) => one.name)).toContain("old");
});

test("mistakes are told each time, and forgotten when they are mended", async () => {
  const world = remembering();
  const wrong = { ...SAME, where: "amont > 1" };
  const codes = async (texts: Texts): Promise<readonly string[]> =>
    (await resolve(world, texts)).errors.map((one) => one.condition);
  const first = await codes(wrong);
  expect(first).toHaveLength(1);
  expect(await codes(wrong)).toEqual(first);
  expect(await codes(SAME)).toEqual([]);
  expect(await codes(wrong)).toEqual(first);
});
