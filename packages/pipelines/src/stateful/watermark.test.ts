import { expect, test } from "vitest";
import { advance } from "./watermark.ts";

const MINUTE = 60_000_000n;
const nodes = [{ delayMicroseconds: 10n * MINUTE }, { delayMicroseconds: 20n * MINUTE }];

test("the watermark is the latest time less the delay, in whole milliseconds", () => {
  expect(advance(0, nodes.slice(0, 1), [60n * MINUTE + 999n], "min")).toBe(50 * 60_000);
});

test("of several streams the slowest decides, or the fastest; one without rows stands at the epoch", () => {
  const latest = [60n * MINUTE, 60n * MINUTE];
  expect(advance(0, nodes, latest, "min")).toBe(40 * 60_000);
  expect(advance(0, nodes, latest, "max")).toBe(50 * 60_000);
  expect(advance(0, nodes, [60n * MINUTE, undefined], "min")).toBe(0);
});

test("it never goes back, nor before the epoch", () => {
  expect(advance(5_000, nodes.slice(0, 1), [11n * MINUTE], "min")).toBe(60_000);
  expect(advance(90_000, nodes.slice(0, 1), [11n * MINUTE], "min")).toBe(90_000);
  expect(advance(0, nodes.slice(0, 1), [-5n], "min")).toBe(0);
  expect(advance(7, [], [], "min")).toBe(7);
});
