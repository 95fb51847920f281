import { expect, test } from "vitest";
import { parseDatasetName } from "./dataset-name.ts";

const scope = { schema: "default", catalog: "main" };

test.each([
  ["Orders", "default.orders", "main.default.Orders", "tables/default/orders"],
  ["LIVE.orders", "default.orders", "main.default.orders", "tables/default/orders"],
  ["sales.orders", "sales.orders", "main.sales.orders", "tables/sales/orders"],
  ["MAIN.sales.orders", "sales.orders", "MAIN.sales.orders", "tables/sales/orders"],
  ["other.sales.orders", "other.sales.orders", "other.sales.orders", "tables/other.sales/orders"],
  ["live", "default.live", "main.default.live", "tables/default/live"],
  ["sales.`a.b`", "sales.a.b", "main.sales.a.b", "tables/sales/a.b"],
])("%s is %s", (given, canonical, display, folder) => {
  expect(parseDatasetName(given, scope)).toMatchObject({ canonical, display, folder });
});

test.each(["", "a.b.c.d", "a..b", ".a", "a.", "a/b", "..", "a.b/../c"])("%j is no name", (given) => {
  expect(() => parseDatasetName(given, scope)).toThrow(expect.objectContaining({ code: "INVALID_DATASET_NAME" }));
});
