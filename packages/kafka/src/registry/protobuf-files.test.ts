import { messagePlaces, protobufShape, simpleString } from "@sluice/query";
import { expect, test } from "vitest";
import { descriptorSet, messageNames } from "./protobuf-files.ts";

const MONEY = `// syntax = "proto2";
syntax = "proto3";
package common;
message Money { int64 units = 1; Currency currency = 2; enum Currency { NONE = 0; EUR = 978; } }
`;
const SHOP = `
syntax = "proto3"; // the newest
package shop.v1;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
option java_package = "org.shop";
enum State { NEW = 0; PAID = 1; LOST = -7; }
message Place { string city = 1; optional int32 zip = 2; }
message Order {
  reserved 99;
  message Line { string item_name = 1; message Part { repeated int32 sizes = 1 [packed = false]; repeated int32 more = 2; } repeated Part parts = 2; }
  map<string, Place> by_name = 1;
  message Note { string text = 1; }
  oneof paid { string card = 2; common.Money cash = 3; }
  State state = 4;
  repeated Line lines = 5;
  google.protobuf.Timestamp at = 6;
  google.protobuf.StringValue memo = 7 [deprecated = true];
  Note note = 8;
  .shop.v1.Order.Line.Part part = 9;
}
service Orders { rpc Get(Place) returns (Order); }
`;
const OLD = `message Reading {
  required int32 id = 1; optional Level level = 2 [default = HIGH]; optional string unit = 3 [default = "a\\tb"];
  optional double value = 4 [default = -1.5]; repeated int32 marks = 5; optional bytes raw = 6 [default = "a\\001"]; optional bool flag = 7 [default = true];
}
enum Level { LOW = 1; HIGH = 2; }`;

const shop = () =>
  descriptorSet([
    { name: "common/money.proto", text: MONEY },
    { name: "schema.proto", text: SHOP },
  ]);

test("a file and what it imports are described as protoc describes them", () => {
  expect(simpleString(protobufShape(shop(), "Order").dataType)).toBe(
    "struct<by_name:map<string,struct<city:string,zip:int>>,card:string,cash:struct<units:bigint,currency:string>,state:string,lines:array<struct<item_name:string,parts:array<struct<sizes:array<int>,more:array<int>>>>>,at:timestamp,memo:struct<value:string>,note:struct<text:string>,part:struct<sizes:array<int>,more:array<int>>>",
  );
  const [sizes, more] = protobufShape(shop(), "Part").fields.map(({ descriptor }) => descriptor);
  expect([sizes?.packed, more?.packed]).toEqual([false, true]);
  const fields = protobufShape(shop(), "shop.v1.Place").fields.map(({ descriptor }) => descriptor);
  expect(fields.map(({ name, number, presence, proto3 }) => [name, number, presence, proto3])).toEqual([
    ["city", 1, false, true],
    ["zip", 2, true, true],
  ]);
  const [, card, cash] = protobufShape(shop(), "Order").fields.map(({ descriptor }) => descriptor);
  expect([card?.oneof, cash?.oneof]).toEqual([0, 0]);
  const old = protobufShape(descriptorSet([{ name: "schema.proto", text: OLD }]), "Reading").fields;
  expect(old.map(({ descriptor: { defaultValue, required, packed } }) => [defaultValue, required, packed])).toEqual([
    [undefined, true, false],
    ["HIGH", false, false],
    ["a\tb", false, false],
    ["-1.5", false, false],
    [undefined, false, false],
    ["\\141\\001", false, false],
    ["true", false, false],
  ]);
});

test("messages are found by their place in their file, entries of maps left out", () => {
  const places = messagePlaces(shop()).map(({ name, indexes }) => [indexes.join("."), name]);
  const expected = [
    ["0", "shop.v1.Place"],
    ["1", "shop.v1.Order"],
    ["1.0", "shop.v1.Order.Line"],
    ["1.0.0", "shop.v1.Order.Line.Part"],
    ["1.1", "shop.v1.Order.Note"],
  ];
  expect(places).toEqual(expected);
  expect([...messageNames(SHOP)]).toEqual(expected);
});

test("what cannot be read says why", () => {
  const described = (text: string) => descriptorSet([{ name: "schema.proto", text }]);
  expect(() => described("message A {")).toThrow();
  expect(() => described('syntax = "proto3"; message A { common.Money m = 1; }')).toThrow("common.Money");
  const group = described("message A { optional group B = 1 { optional int32 c = 1; } }");
  expect(() => protobufShape(group, "A")).toThrow("is a group");
  const edition = described('edition = "2023"; message A { int32 a = 1; }');
  expect(() => protobufShape(edition, "A")).toThrow("editions");
});
