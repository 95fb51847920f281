import { expect, test } from "vitest";
import { parseAction } from "./parse-action.ts";
import { printAction } from "./print-action.ts";

test("numbers beyond 2^53 keep their digits, and statistics keep their text", () => {
  const stats = String.raw`{\"numRecords\":1,\"maxValues\":{\"id\":9223372036854775807,\"d\":12345678901234567890.12}}`;
  const line = `{"add":{"path":"a","partitionValues":{},"size":5,"modificationTime":1,"dataChange":true,"stats":"${stats}","baseRowId":9007199254740993}}`;
  const action = parseAction(line);
  expect(action).toMatchObject({ kind: "AddFile", baseRowId: 9007199254740993n, stats: stats.replaceAll("\\", "") });
  expect(action && parseAction(printAction(action))).toEqual(action);
  expect(action && printAction(action)).toContain('"baseRowId":9007199254740993}');
});

test("unknown actions, unknown fields and blank lines are passed over", () => {
  expect(parseAction("")).toBeUndefined();
  expect(parseAction('{"futureAction":{"x":1}}')).toBeUndefined();
  expect(parseAction('{"txn":{"appId":"a","version":3,"future":{}}}')).toEqual({
    kind: "SetTransaction",
    appId: "a",
    version: 3,
  });
});

test("a row of a checkpoint has every column, and one that is not null", () => {
  const row =
    '{"add":null,"remove":null,"txn":null,"protocol":{"minReaderVersion":1,"minWriterVersion":2,"readerFeatures":null}}';
  expect(parseAction(row)).toEqual({ kind: "Protocol", minReaderVersion: 1, minWriterVersion: 2 });
});

test("metadata may lack its schema", () => {
  expect(parseAction('{"metaData":{"id":"x","partitionColumns":[],"configuration":{}}}')).toEqual({
    kind: "Metadata",
    id: "x",
    format: { provider: "parquet", options: {} },
    partitionColumns: [],
    configuration: {},
  });
});

test("an action without a field it needs is an error that names the field", () => {
  expect(() => parseAction('{"add":{"size":1}}')).toThrow('"path" is missing');
});
