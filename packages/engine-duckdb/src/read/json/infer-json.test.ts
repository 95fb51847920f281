import type { FileRead } from "@sluice/pipelines";
import { simpleString, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, writeEntry } from "../../../test/engine-fixture.ts";

async function inferred(records: string, more: Partial<FileRead> = {}): Promise<string> {
  const engine = await newEngine();
  const file = writeEntry(newFolder(), "a.json", `${records}\n`);
  const schema = await engine.inferSchema([file], { format: "json", options: {}, basePath: "/", ...more }, true);
  return simpleString(struct(schema.fields));
}

/** As Spark 4.1 has them. */
test.each([
  ['{"a":{},"b":1}', "struct<b:bigint>"],
  ['{"a":{"x":{}},"b":1}', "struct<b:bigint>"],
  ['{"a":[{}],"b":1}', "struct<b:bigint>"],
  ['{"a":{"x":{},"y":1},"b":[[{}]]}', "struct<a:struct<y:bigint>>"],
  ['{"a":{},"b":{"c":{}}}\n{"d":1}', "struct<d:bigint>"],
  ['{"a":{},"b":1}\n{"a":null}', "struct<b:bigint>"],
  ['{"a":{}}\n{"a":1}', "struct<a:string>"],
  ['{"a":{}}\n{"a":[1]}', "struct<a:string>"],
  ['{"a":{}}\n{"a":{"x":1}}', "struct<a:struct<x:bigint>>"],
  [
    '{"a":null,"b":[],"c":[[]],"d":{"x":null}}',
    "struct<a:string,b:array<string>,c:array<array<string>>,d:struct<x:string>>",
  ],
])("members of %s that only ever are empty objects are no columns: %s", async (records, schema) => {
  expect(await inferred(records)).toBe(schema);
});

test("they are columns where what has none would be rescued, and where there are no others", async () => {
  const isColumn = (schema: string) => expect(schema).toMatch(/^struct<a:/);
  isColumn(await inferred('{"a":{},"b":1}', { rescuedDataColumn: "_rescued_data" }));
  isColumn(await inferred('{"a":{}}'));
});
