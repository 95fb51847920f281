import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import { RATE_MICRO_BATCH_CONNECTOR } from "./rate-micro-batch-source.ts";

type Options = Readonly<Record<string, string>>;

function resolved(options: Options, streaming = true) {
  const leaf = { kind: "DataSource", format: "rate-micro-batch", paths: [], options, streaming } as const;
  return RATE_MICRO_BATCH_CONNECTOR.resolve(leaf);
}

describe("the source rate-micro-batch", () => {
  test("has a batch each time that it is looked at anew, with one moment for all rows", async () => {
    const { source } = resolved({ rowsPerBatch: "5", startTimestamp: "1000000", advanceMillisPerBatch: "50" });
    const stream = source?.stream({ store: new MemoryStore("/s"), folder: "f", target: "t" });
    const first = await stream?.next(undefined);
    expect(await stream?.next(first)).toBeUndefined();
    stream?.renew();
    const second = await stream?.next(first);
    const slices = await Promise.all([first, second].map((range) => range && stream?.slice(range)));
    expect(slices).toEqual([
      { kind: "Ticks", first: 0n, count: 5n, startMs: 1_000_000, spanMs: 0 },
      { kind: "Ticks", first: 5n, count: 5n, startMs: 1_000_050, spanMs: 0 },
    ]);
    expect(source?.description).toBe(
      "RatePerMicroBatchStream[rowsPerBatch=5, numPartitions=1, startTimestamp=1000000, advanceMsPerBatch=50]",
    );
  });

  test("refuses what Spark refuses", () => {
    const codes = (options: Options, streaming = true) => resolved(options, streaming).errors.map(({ code }) => code);
    expect(codes({})).toEqual(["MISSING_OPTION"]);
    expect(codes({ rowsPerBatch: "0" })).toEqual(["INVALID_OPTION_VALUE"]);
    expect(codes({ rowsPerBatch: "1", numPartitions: "0" })).toEqual(["INVALID_OPTION_VALUE"]);
    expect(codes({ rowsPerBatch: "1", startTimestamp: "2020-01-01" })).toEqual(["INVALID_OPTION_VALUE"]);
    expect(codes({ rowsPerBatch: "1", advanceMillisPerBatch: "-1" })).toEqual(["INVALID_OPTION_VALUE"]);
    expect(codes({ rowsPerBatch: "1", advanceMillisPerBatch: "0", startTimestamp: "0" })).toEqual([]);
    expect(codes({ rowsPerBatch: "1" }, false)).toEqual(["UNSUPPORTED_FEATURE"]);
  });
});
