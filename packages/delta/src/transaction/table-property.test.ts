import { expect, test } from "vitest";
import { checkProperties } from "./table-property.ts";

const check = (properties: Readonly<Record<string, string>>) => checkProperties("t", properties);

test("labels are kept as they are, and Delta's own names get Delta's spelling", () => {
  expect(check({ quality: "bronze", "pipelines.reset.allowed": "false", "DELTA.appendonly": "true" })).toEqual({
    configuration: { quality: "bronze", "pipelines.reset.allowed": "false", "delta.appendOnly": "true" },
    features: [],
  });
});

test("a property of Delta's that does not exist is refused, with the name that was meant", () => {
  expect(() => check({ "delta.apendOnly": "true" })).toThrow(
    /"delta.apendOnly" is no Delta table property. Did you mean "delta.appendOnly"/,
  );
  expect(() => check({ "delta.somethingElseEntirely": "1" })).toThrow(/Use a name that does not begin with delta/);
});

test("a value that the property cannot have is refused", () => {
  expect(() => check({ "delta.checkpointInterval": "0" })).toThrow(/cannot be "0": it must be a whole number above 0/);
  expect(() => check({ "delta.columnMapping.mode": "name" })).toThrow(/must be none/);
  expect(() => check({ "delta.logRetentionDuration": "interval 1 month" })).toThrow(
    /a period such as "interval 30 days"/,
  );
});

test("what needs a feature that is not honoured is kept as a wish", () => {
  expect(
    check({
      "delta.enableRowTracking": "true",
      "delta.enableVariantShredding": "true",
      "delta.enableDeletionVectors": "true",
    }).configuration,
  ).toEqual({
    "sluice.deferred.delta.enableRowTracking": "true",
    "sluice.deferred.delta.enableVariantShredding": "true",
    "delta.enableDeletionVectors": "true",
  });
});

test("features can be asked for by name when they are honoured", () => {
  expect(check({ "delta.feature.domainMetadata": "supported", "delta.minWriterVersion": "7" })).toEqual({
    configuration: {},
    features: ["domainMetadata"],
  });
  expect(() => check({ "delta.feature.rowTracking": "supported" })).toThrow(
    /"rowTracking" to be written, which is not supported/,
  );
});
