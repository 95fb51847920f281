import { expect, test } from "vitest";
import { checkProperties, propertyErrors } from "./table-property.ts";

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
  expect(() => check({ "delta.logRetentionDuration": "interval 1 month" })).toThrow(
    /a period such as "interval 30 days"/,
  );
});

test("a property that Delta has and we have not says so, and what to do instead", () => {
  const refused = {
    "delta.columnMapping.mode": "name",
    "delta.enableTypeWidening": "true",
    "delta.enableIcebergCompatV2": "true",
    "delta.universalFormat.enabledFormats": "iceberg",
    "delta.columnMapping.maxColumnId": "5",
    "delta.constraints.positive": "a > 0",
  };
  const accepted = {
    "delta.enableTypeWidening": "false",
    "delta.enableIcebergCompatV2": "false",
    "delta.autoOptimize": "true",
  };
  expect(propertyErrors("t", accepted)).toEqual([]);
  const errors = propertyErrors("t", { ...refused, "delta.enableChangeDataFed": "true" });
  expect(errors.map(({ code }) => code)).toEqual([
    ...Object.keys(refused).map(() => "DELTA_CONFIGURATION_NOT_SUPPORTED"),
    "DELTA_UNKNOWN_CONFIGURATION",
  ]);
  expect(errors[0]?.message).toContain('"delta.columnMapping.mode" = "name" is not supported. Leave it out');
  expect(errors.at(-1)?.message).toContain('Did you mean "delta.enableChangeDataFeed"?');
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
