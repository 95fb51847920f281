import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import { RATE_CONNECTOR, valueAtSecond } from "./rate-source.ts";

const leaf = (options: Readonly<Record<string, string>>, streaming = true) =>
  ({ kind: "DataSource", format: "rate", paths: [], options, streaming }) as const;

describe("the source rate", () => {
  test("ramps up as Spark's does", () => {
    const at = (rows: bigint, ramp: bigint, seconds: readonly bigint[]) =>
      seconds.map((second) => Number(valueAtSecond(second, { rowsPerSecond: rows, rampUpSeconds: ramp })));
    expect(at(10n, 4n, [0n, 1n, 2n, 3n, 4n, 5n, 6n])).toEqual([0, 2, 6, 12, 20, 30, 40]);
    expect(at(10n, 5n, [1n, 2n, 3n])).toEqual([1, 3, 6]);
    expect(at(3n, 0n, [0n, 1n, 7n])).toEqual([0, 3, 21]);
  });

  test("gives the same numbers and moments for a range, in every process", async () => {
    const store = new MemoryStore("/s");
    const { source } = RATE_CONNECTOR.resolve(leaf({ rowsPerSecond: "10", rampUpTime: "5s" }));
    const open = () => source?.stream({ store, folder: "f", target: "t" });
    await open()?.next(undefined);
    const range = { kind: "Connector", format: "rate", after: 1, through: 3 } as const;
    const slice = await open()?.slice(range);
    expect(slice).toMatchObject({ kind: "Ticks", first: 1n, count: 5n, spanMs: 2000 });
    expect(await open()?.slice(range)).toEqual(slice);
  });

  test("refuses what Spark refuses", () => {
    const codes = (options: Readonly<Record<string, string>>, streaming = true) =>
      RATE_CONNECTOR.resolve(leaf(options, streaming)).errors.map(({ code }) => code);
    expect(codes({ rowsPerSecond: "0" })).toEqual(["INVALID_OPTION_VALUE"]);
    expect(codes({ rampUpTime: "soon", numPartitions: "x" })).toEqual(["INVALID_OPTION_VALUE", "INVALID_OPTION_VALUE"]);
    expect(codes({}, false)).toEqual(["UNSUPPORTED_FEATURE"]);
  });
});
