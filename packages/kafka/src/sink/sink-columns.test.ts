import { array, BINARY, field, INTEGER, LONG, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { columnProblems } from "./sink-columns.ts";

const HEADERS = array(struct([field("key", STRING), field("value", BINARY)]));

test("columns are those that Spark's KafkaWriter takes, told in its words [F32]", () => {
  const all = struct([
    ...[field("topic", STRING), field("partition", INTEGER), field("key", BINARY), field("value", STRING)],
    ...[field("headers", HEADERS), field("other", LONG)],
  ]);
  expect(columnProblems(all, undefined)).toEqual([]);
  expect(columnProblems(struct([field("value", BINARY), field("topic", LONG)]), "orders")).toEqual([]);
  expect(columnProblems(struct([field("key", LONG), field("Value", STRING)]), undefined)).toEqual([
    "topic option required when no 'topic' attribute is present. Use the topic option for setting a topic.",
    "Required attribute 'value' not found.",
    "key attribute unsupported type bigint. key must be a(n) string or binary.",
  ]);
  const wrong = struct([field("value", LONG), field("partition", LONG), field("headers", array(STRING))]);
  expect(columnProblems(wrong, "orders")).toEqual([
    "partition attribute unsupported type bigint. partition must be a(n) int.",
    "value attribute unsupported type bigint. value must be a(n) string or binary.",
    "headers attribute unsupported type array<string>. headers must be a(n) array<struct<key:string,value:binary>>.",
  ]);
});
