import { describe, expect, test } from "vitest";
import { MemoryEngine } from "../../test/memory-engine.ts";
import { MemoryStore } from "../../test/memory-store.ts";
import { graphOf, scan } from "../../test/sample-graph.ts";
import { STORAGE, TestPipeline } from "../../test/test-pipeline.ts";
import type { SinkWriter } from "../engine/sink-writer.ts";
import type { DataflowGraph } from "../graph/dataflow-graph.ts";
import { runUpdate } from "../update/run-update.ts";
import type { UpdateResult } from "../update/update-input.ts";

const ORIGIN = { file: "p.ts", line: 1, column: 1 };

/** A place outside: what it got, batch by batch, and whether it can tell what it has. */
class Outside {
  readonly got: {
    readonly appId: string;
    readonly stream: string;
    readonly batch: number;
    readonly ids: readonly unknown[];
  }[] = [];
  readonly #knows: boolean;
  onStep: (step: string) => void = () => {};
  engine = new MemoryEngine();

  constructor(knows: boolean) {
    this.#knows = knows;
  }

  open(): SinkWriter {
    return {
      ...(this.#knows && {
        lastCommitted: async (stream: string) => this.got.findLast((one) => one.stream === stream)?.batch,
      }),
      write: async ({ appId, stream, batch, plan, inputs }) => {
        this.onStep("deliver");
        const { rows } = await this.engine.query(plan, inputs);
        this.got.push({ appId, stream, batch, ids: rows.map(([id]) => id) });
        this.onStep("delivered");
      },
    };
  }
}

/** A flow of files into the outside, deduplicated. */
function graph(pipeline: TestPipeline, outside: Outside, maxFiles = 1): DataflowGraph {
  const input = scan(1, true);
  const plan = { kind: "Deduplicate", output: input.output, input, keys: [100], withinWatermark: false } as const;
  const { datasets, flows } = graphOf(STORAGE, {
    out: { flows: [{ plan, reads: { 1: pipeline.readFiles(maxFiles) } }] },
  });
  const sink = { name: "out", format: "outside", options: {}, origin: ORIGIN };
  const connectorSink = {
    description: "OutsideSink",
    check: () => [],
    open: () => outside.open(),
    append: async () => {},
  };
  return {
    datasets: datasets.map((one) => ({ ...one, connectorSink, declaration: { ...one.declaration, sink } })),
    flows,
  };
}

async function update(
  pipeline: TestPipeline,
  outside: Outside,
  steps = Number.POSITIVE_INFINITY,
  full = false,
): Promise<UpdateResult | undefined> {
  let left = steps;
  const onStep = (step: string): void => {
    if (left-- <= 0) throw new Error(`dead before ${step}`);
  };
  const engine = new MemoryEngine(pipeline.engine.contents, onStep);
  Object.assign(outside, { onStep, engine });
  const store = new MemoryStore(STORAGE, pipeline.store.files, onStep);
  const input = {
    graph: graph(pipeline, outside),
    settings: pipeline.settings,
    request: full ? { fullRefreshAll: true } : {},
  };
  return await runUpdate(input, { engine, store, onEventLogTrouble: () => {} }).catch(() => undefined);
}

const isDone = (result: UpdateResult | undefined): boolean =>
  result?.kind === "Finished" && result.state === "COMPLETED";

describe("a stream into a sink", () => {
  test("gives each batch once, numbered from 0, and from 0 again after a full refresh", async () => {
    const [pipeline, outside] = [new TestPipeline(), new Outside(false)];
    pipeline.addFile(1, 2);
    pipeline.addFile(2, 3);
    expect(isDone(await update(pipeline, outside))).toBe(true);
    pipeline.addFile(3);
    pipeline.addFile(4);
    expect(isDone(await update(pipeline, outside))).toBe(true);
    const expected = [
      [0, [1, 2]],
      [1, [3]],
      [2, []],
      [3, [4]],
    ];
    expect(outside.got.map(({ batch, ids }) => [batch, ids])).toEqual(expected);
    expect(isDone(await update(pipeline, outside, Number.POSITIVE_INFINITY, true))).toBe(true);
    expect(outside.got.slice(4).map(({ batch, ids }) => [batch, ids])).toEqual(expected);
    expect(new Set(outside.got.map(({ appId }) => appId)).size).toBe(2);
  });

  test.each([
    ["that cannot tell what it has gets the same batch again at most", false],
    ["that knows its last batch gets each once", true],
  ])("%s, whenever the process dies", async (_, knows) => {
    for (let steps = 0, died = true; died; steps++) {
      const [pipeline, outside] = [new TestPipeline(), new Outside(knows)];
      pipeline.addFile(1, 2);
      pipeline.addFile(2, 3);
      died = !isDone(await update(pipeline, outside, steps));
      pipeline.addFile(3, 4);
      expect(isDone(await update(pipeline, outside)), `after dying before step ${steps}`).toBe(true);
      const batches = new Map<number, readonly unknown[]>();
      for (const { batch, ids } of outside.got) {
        expect(batches.get(batch) ?? ids, `batch ${batch} after dying before step ${steps}`).toEqual(ids);
        batches.set(batch, ids);
      }
      expect([...batches].flatMap(([, ids]) => ids)).toEqual([1, 2, 3, 4]);
      expect(outside.got.length - batches.size).toBeLessThanOrEqual(knows ? 0 : 1);
    }
  });
});
