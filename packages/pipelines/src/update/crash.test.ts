import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { MemoryStore } from "../../test/memory-store.ts";
import { readTable, scan, type TableSketch } from "../../test/sample-graph.ts";
import { STORAGE, TestPipeline } from "../../test/test-pipeline.ts";
import type { UpdateInput } from "./update-input.ts";

const OFFSETS = "checkpoints/default.bronze/default.bronze/offsets/0.json";

/** A process that dies before its `steps`-th change of the world, and every later one. */
function mortal(steps: number): (step: string) => void {
  let left = steps;
  return (step) => {
    if (left-- <= 0) throw new Error(`dead before ${step}`);
  };
}

function distinctBronze(pipeline: TestPipeline, filesPerBatch: number): TableSketch {
  const input = scan(1, true);
  const plan = { kind: "Deduplicate", output: input.output, input, keys: [100], withinWatermark: false } as const;
  return { flows: [{ plan, reads: { 1: pipeline.readFiles(filesPerBatch) } }] };
}

function tables(pipeline: TestPipeline, filesPerBatch: number): Readonly<Record<string, TableSketch>> {
  return {
    bronze: distinctBronze(pipeline, filesPerBatch),
    silver: { flows: [{ plan: scan(2, true), reads: { 2: readTable(STORAGE, "bronze", true) } }] },
    gold: {
      kind: "MaterializedView",
      flows: [{ plan: scan(3, false), reads: { 3: readTable(STORAGE, "silver", false) } }],
    },
    backfill: { flows: [{ plan: scan(4, false), reads: { 4: pipeline.readFiles(undefined, false) }, once: true }] },
  };
}

/** Runs an update in a process of its own that dies before step `steps`; true when it lived to the end. */
async function runMortal(
  pipeline: TestPipeline,
  filesPerBatch: number,
  steps: number,
  input: Partial<UpdateInput> = {},
): Promise<boolean> {
  const onStep = mortal(steps);
  pipeline.engine = new MemoryEngine(pipeline.engine.contents, onStep);
  pipeline.store = new MemoryStore(STORAGE, pipeline.store.files, onStep);
  try {
    const result = await pipeline.update(tables(pipeline, filesPerBatch), input);
    return result.state === "COMPLETED";
  } catch {
    return false;
  }
}

function contents(pipeline: TestPipeline): unknown {
  const sorted = (table: string) => [...pipeline.ids(table)].sort();
  return ["bronze", "silver", "gold", "backfill"].map(sorted);
}

describe("a process that dies", () => {
  test("at any step leaves nothing that the next one does not finish, once [F65]", async () => {
    for (let steps = 0, died = true; died; steps++) {
      const pipeline = new TestPipeline();
      pipeline.addFile(1, 2);
      pipeline.addFile(2, 3);
      died = !(await runMortal(pipeline, 1, steps));
      expect(await runMortal(pipeline, 1, Number.POSITIVE_INFINITY), `after dying before step ${steps}`).toBe(true);
      expect(contents(pipeline), `after dying before step ${steps}`).toEqual(
        Array(4).fill([1, 2, 3]).with(3, [1, 2, 2, 3]),
      );
    }
  });

  test("at any step of a full refresh loses and doubles no row [F83]", async () => {
    for (let steps = 0, died = true; died; steps++) {
      const pipeline = new TestPipeline();
      pipeline.addFile(1);
      pipeline.addFile(2);
      await runMortal(pipeline, 1, Number.POSITIVE_INFINITY);
      died = !(await runMortal(pipeline, 2, steps, { request: { fullRefreshAll: true } }));
      pipeline.addFile(3);
      expect(await runMortal(pipeline, 1, Number.POSITIVE_INFINITY), `after dying before step ${steps}`).toBe(true);
      const [bronze, silver, gold, backfill] = contents(pipeline) as number[][];
      expect([bronze, silver, gold], `after dying before step ${steps}`).toEqual([
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ]);
      expect([
        [1, 2],
        [1, 2, 3],
      ]).toContainEqual(backfill);
    }
  });

  test("having planned a batch behind the back of another, which then runs it as planned", async () => {
    const first = new TestPipeline();
    first.addFile(1, 2);
    await first.update(tables(first, 1));
    const planned = first.store.files.get(OFFSETS) ?? new Uint8Array();
    const second = new TestPipeline();
    second.addFile(3);
    const files = new Map<string, Uint8Array>();
    second.store = new MemoryStore(STORAGE, files, (step) => {
      if (step === `putIfAbsent ${OFFSETS}`) files.set(OFFSETS, planned);
    });
    expect((await second.update(tables(second, 1))).state).toBe("COMPLETED");
    expect(files.get(OFFSETS)).toBe(planned);
    expect(second.ids("bronze")).toEqual([3]);
  });

  test("again and again, with files coming in between, gives the rows of a run without trouble [F65]", async () => {
    const ids = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 });
    const process = fc.record({
      files: fc.array(ids, { maxLength: 3 }),
      filesPerBatch: fc.integer({ min: 1, max: 3 }),
      steps: fc.integer({ min: 0, max: 40 }),
      fullRefresh: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(process, { minLength: 1, maxLength: 6 }), async (processes) => {
        const pipeline = new TestPipeline();
        pipeline.addFile(0);
        for (const { files, filesPerBatch, steps, fullRefresh } of processes) {
          for (const file of files) pipeline.addFile(...file);
          await runMortal(pipeline, filesPerBatch, steps, fullRefresh ? { request: { fullRefreshAll: true } } : {});
        }
        expect(await runMortal(pipeline, 2, Number.POSITIVE_INFINITY)).toBe(true);
        const expected = [...new Set([0, ...processes.flatMap((one) => one.files.flat())])].sort();
        const [bronze, silver, gold] = contents(pipeline) as number[][];
        expect([bronze, silver, gold]).toEqual([expected, expected, expected]);
      }),
      { numRuns: 60 },
    );
  });
});
