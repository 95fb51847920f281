import { expect, test } from "vitest";
import type { Metadata, Protocol } from "./action.ts";
import { protocolWith, unreadableFeatures, unwritableFeatures } from "./feature.ts";

function legacy(minReaderVersion: number, minWriterVersion: number): Protocol {
  return { kind: "Protocol", minReaderVersion, minWriterVersion };
}

function listed(readerFeatures: readonly string[], writerFeatures: readonly string[]): Protocol {
  return { ...legacy(3, 7), readerFeatures, writerFeatures };
}

function metadata(configuration: Readonly<Record<string, string>>, schemaString = ""): Metadata {
  return {
    kind: "Metadata",
    id: "x",
    format: { provider: "parquet", options: {} },
    partitionColumns: [],
    configuration,
    schemaString,
  };
}

test.each([
  [legacy(1, 2), {}, []],
  [legacy(2, 5), {}, []],
  [legacy(2, 5), { "delta.columnMapping.mode": "name" }, ["columnMapping"]],
  [legacy(4, 7), {}, ["reader version 4"]],
  [listed(["variantShredding", "variantType"], ["variantShredding", "variantType"]), {}, ["variantShredding"]],
  [listed(["variantType-preview", "timestampNtz"], ["variantType-preview", "timestampNtz"]), {}, []],
  [listed([], ["rowTracking", "icebergCompatV2"]), {}, []],
])("reading %j with properties %j is stopped by %j", (protocol, configuration, features) => {
  expect(unreadableFeatures(protocol, metadata(configuration))).toEqual(features);
});

test.each([
  [legacy(1, 2), {}, "", []],
  [legacy(1, 4), {}, "", []],
  [legacy(1, 3), { "delta.constraints.positive": "x > 0" }, "", ["checkConstraints"]],
  [legacy(1, 4), {}, '{"metadata":{"delta.generationExpression":"a"}}', []],
  [legacy(1, 2), {}, '{"metadata":{"delta.invariants":"x"}}', ["invariants"]],
  [listed([], ["rowTracking", "domainMetadata"]), {}, "", ["rowTracking"]],
  [legacy(1, 8), {}, "", ["writer version 8"]],
])("writing %j with properties %j and schema %s is stopped by %j", (protocol, configuration, schema, features) => {
  expect(unwritableFeatures(protocol, metadata(configuration, schema))).toEqual(features);
});

test("a new table gets the least protocol that it needs", () => {
  expect(protocolWith(undefined, new Set())).toEqual(legacy(1, 2));
  expect(protocolWith(undefined, new Set(["appendOnly", "invariants"]))).toEqual(legacy(1, 2));
  expect(protocolWith(undefined, new Set(["changeDataFeed"]))).toEqual({
    ...legacy(1, 7),
    writerFeatures: ["changeDataFeed"],
  });
  expect(protocolWith(undefined, new Set(["timestampNtz", "appendOnly"]))).toEqual(
    listed(["timestampNtz"], ["appendOnly", "timestampNtz"]),
  );
});

test("an upgrade keeps every feature that the old version implied", () => {
  expect(protocolWith(legacy(1, 3), new Set(["timestampNtz"]))).toEqual(
    listed(["timestampNtz"], ["appendOnly", "checkConstraints", "invariants", "timestampNtz"]),
  );
  const current = listed(["timestampNtz"], ["timestampNtz", "somethingNew"]);
  expect(protocolWith(current, new Set(["timestampNtz"]))).toBe(current);
  expect(protocolWith(current, new Set(["domainMetadata"])).writerFeatures).toContain("somethingNew");
});
