import { beforeAll, expect, test } from "vitest";
import { openSparkSql, type SparkSql } from "../../test/spark-sql.ts";

// What protoc 33.1 makes of the files below: `--include_imports --descriptor_set_out` and `--encode`.
//
//   syntax = "proto3";
//   package shop;
//   import "google/protobuf/timestamp.proto";
//   import "google/protobuf/duration.proto";
//   import "google/protobuf/wrappers.proto";
//   enum State { NEW = 0; PAID = 1; }
//   message Place { string city = 1; optional int32 zip = 2; }
//   message Order {
//     int64 id = 1;
//     optional int32 count = 2;
//     State state = 3;
//     repeated sint64 steps = 4;
//     map<string, Place> places = 5;
//     oneof paid { string card = 6; int32 cash = 7; }
//     bytes raw = 8;
//     double rate = 9;
//     google.protobuf.Timestamp at = 10;
//     google.protobuf.Duration took = 11;
//     google.protobuf.StringValue note = 12;
//     repeated Place stops = 13;
//     uint32 big = 14;
//     fixed64 huge = 15;
//     bool flag = 16;
//     float share = 17;
//   }
//
//   syntax = "proto2";
//   package old;
//   enum Level { LOW = 1; HIGH = 2; }
//   message Reading {
//     required int32 id = 1;
//     optional Level level = 2 [default = HIGH];
//     optional string unit = 3 [default = "C"];
//     optional double value = 4 [default = -1.5];
//     repeated int32 marks = 5;
//     optional bytes raw = 6 [default = "a\001"];
//   }
//   message Tree { repeated Tree children = 1; }
const SHOP = [
  "0a770a1f676f6f676c652f70726f746f6275662f74696d657374616d702e70726f746f120f676f6f676c652e70726f746f627566223b0a0954696d657374616d7012180a0773",
  "65636f6e647318012001280352077365636f6e647312140a056e616e6f7318022001280552056e616e6f73620670726f746f330a750a1e676f6f676c652f70726f746f627566",
  "2f6475726174696f6e2e70726f746f120f676f6f676c652e70726f746f627566223a0a084475726174696f6e12180a077365636f6e647318012001280352077365636f6e6473",
  "12140a056e616e6f7318022001280552056e616e6f73620670726f746f330a5e0a1e676f6f676c652f70726f746f6275662f77726170706572732e70726f746f120f676f6f67",
  "6c652e70726f746f62756622230a0b537472696e6756616c756512140a0576616c7565180120012809520576616c7565620670726f746f330a9e060a0a73686f702e70726f74",
  "6f120473686f701a1f676f6f676c652f70726f746f6275662f74696d657374616d702e70726f746f1a1e676f6f676c652f70726f746f6275662f6475726174696f6e2e70726f",
  "746f1a1e676f6f676c652f70726f746f6275662f77726170706572732e70726f746f223a0a05506c61636512120a046369747918012001280952046369747912150a037a6970",
  "180220012805480052037a697088010142060a045f7a697022c8040a054f72646572120e0a0269641801200128035202696412190a05636f756e741802200128054801520563",
  "6f756e7488010112210a05737461746518032001280e320b2e73686f702e53746174655205737461746512140a05737465707318042003281252057374657073122f0a06706c",
  "6163657318052003280b32172e73686f702e4f726465722e506c61636573456e7472795206706c6163657312140a0463617264180620012809480052046361726412140a0463",
  "617368180720012805480052046361736812100a0372617718082001280c520372617712120a0472617465180920012801520472617465122a0a026174180a2001280b321a2e",
  "676f6f676c652e70726f746f6275662e54696d657374616d7052026174122d0a04746f6f6b180b2001280b32192e676f6f676c652e70726f746f6275662e4475726174696f6e",
  "5204746f6f6b12300a046e6f7465180c2001280b321c2e676f6f676c652e70726f746f6275662e537472696e6756616c756552046e6f746512210a0573746f7073180d200328",
  "0b320b2e73686f702e506c616365520573746f707312100a03626967180e2001280d520362696712120a0468756765180f2001280652046875676512120a04666c6167181020",
  "0128085204666c616712140a057368617265181120012802520573686172651a460a0b506c61636573456e74727912100a036b657918012001280952036b657912210a057661",
  "6c756518022001280b320b2e73686f702e506c616365520576616c75653a02380142060a047061696442080a065f636f756e742a1a0a05537461746512070a034e4557100012",
  "080a04504149441001620670726f746f33",
].join("");
const OLD = [
  "0a81020a096f6c642e70726f746f12036f6c6422a3010a0752656164696e67120e0a0269641801200228055202696412260a056c6576656c18022001280e320a2e6f6c642e4c",
  "6576656c3a044849474852056c6576656c12150a04756e69741803200128093a01435204756e6974121a0a0576616c75651804200128013a042d312e35520576616c75651214",
  "0a056d61726b7318052003280552056d61726b7312170a0372617718062001280c3a05615c3030315203726177222d0a045472656512250a086368696c6472656e1801200328",
  "0b32092e6f6c642e5472656552086368696c6472656e2a1a0a054c6576656c12070a034c4f57100112080a04484947481002",
].join("");
// message Person { string name = 1; Person bff = 2; map<string, Person> others = 3; repeated Person friends = 4; }
const PERSON = [
  "0aef010a0c706572736f6e2e70726f746f12017022d3010a06506572736f6e12120a046e616d6518012001280952046e616d65121b0a0362666618022001280b32092e702e506572736f6e",
  "5203626666122d0a066f746865727318032003280b32152e702e506572736f6e2e4f7468657273456e74727952066f746865727312230a07667269656e647318042003280b32092e702e50",
  "6572736f6e5207667269656e64731a440a0b4f7468657273456e74727912100a036b657918012001280952036b6579121f0a0576616c756518022001280b32092e702e506572736f6e5205",
  "76616c75653a023801620670726f746f33",
].join("");
const FULL = [
  "08ffffffffffffffefff0110001801220b01feffffffffffffffff012a0f0a04686f6d6512070a03556c6d10003200420200ff49000000000000f87f521108ffffffffffffff",
  "ffff0110988cebdc035a0a08cdbf051080cab5ee0162006a030a01416a0070ffffffff0f79ffffffffffffffff8001018d01cdcccc3d",
].join("");

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql();
});

async function value(bytes: string, message: string, more = ""): Promise<unknown> {
  const descriptors = message === "Order" ? SHOP : OLD;
  const [row] = await spark.query(`SELECT from_protobuf(X'${bytes}', '${message}', X'${descriptors}'${more}) AS v`);
  return row?.[0];
}

const NOTHING = {
  ...{
    id: null,
    count: null,
    state: null,
    steps: [],
    places: [],
    card: null,
    cash: null,
    raw: null,
    rate: null,
    at: null,
    took: null,
  },
  ...{ note: null, stops: [], big: null, huge: null, flag: null, share: null },
};

test("values are those of the message: 64 bits, NaN, bytes, maps, times; numbers without sign are read as Java has them", async () => {
  expect(await value(FULL, "Order")).toEqual({
    id: "-9007199254740993",
    count: 0,
    state: "PAID",
    steps: ["-1", "9223372036854775807"],
    places: [{ key: "home", value: { city: "Ulm", zip: 0 } }],
    card: "",
    cash: null,
    raw: "\\x00\\xFF",
    rate: "NaN",
    at: "1969-12-31 23:59:59.999999+00",
    took: { months: 0, days: 0, micros: "90061500000" },
    note: { value: null },
    stops: [
      { city: "A", zip: null },
      { city: null, zip: null },
    ],
    big: -1,
    huge: "-1",
    flag: true,
    share: Math.fround(0.1),
  });
});

test("what is not there is NULL, and so is a zero that cannot say that it is there; repeated fields are empty", async () => {
  expect(await value("", "Order")).toEqual(NOTHING);
  expect(await value("08001800", "Order")).toEqual(NOTHING);
  expect(await value("3203616263380042003805", "Order")).toMatchObject({ card: null, cash: 5 });
  expect(await value("080728012802", "Reading")).toEqual({
    ...{ id: 7, level: "HIGH", unit: "C", value: -1.5, marks: [1, 2], raw: "a\\x01" },
  });
});

test("fields that are unknown are passed over, parts of a message that come apart are put together, lists may be packed or not", async () => {
  expect(await value("0807980601a2060161", "Order")).toEqual({ ...NOTHING, id: "7" });
  expect(await value("08072A0201022803", "Reading")).toMatchObject({ marks: [1, 2, 3] });
  expect(await value("52020801520310C003", "Order")).toMatchObject({ at: "1970-01-01 00:00:01+00" });
  expect(await value("1807", "Order")).toMatchObject({ state: "UNKNOWN_ENUM_VALUE_State_7" });
  expect(await value("08071009", "Reading")).toMatchObject({ level: "HIGH" });
});

test("bytes that are no message are a struct of NULLs or an error; so is one that lacks what is required", async () => {
  const nulls = Object.fromEntries(Object.keys(NOTHING).map((name) => [name, null]));
  const permissive = ", map('mode', 'PERMISSIVE')";
  for (const bytes of ["08", "0A", "3AFF", "FFFFFFFF", "0A05616263", "3203FFFFFF", "00"]) {
    expect(await value(bytes, "Order", permissive)).toEqual(nulls);
    await expect(value(bytes, "Order")).rejects.toThrow("[MALFORMED_PROTOBUF_MESSAGE]");
  }
  await expect(value("1001", "Reading")).rejects.toThrow("required field id");
});

test("options of Spark: zeros for what is not there, enums as numbers, numbers without sign as they are", async () => {
  const emit = ", map('emit.default.values', 'true')";
  expect(await value("", "Order", emit)).toEqual({
    ...NOTHING,
    ...{ id: "0", state: "NEW", raw: "", rate: 0, big: 0, huge: "0", flag: false, share: 0 },
  });
  expect(await value("6A00", "Order", emit)).toMatchObject({ stops: [{ city: "", zip: null }] });
  const ints = ", map('enums.as.ints', 'true')";
  expect(await value("1801", "Order", ints)).toMatchObject({ state: 1 });
  expect(await value("1807", "Order", ints)).toMatchObject({ state: 7 });
  expect(await value("0807", "Reading", ints)).toMatchObject({ level: 2 });
  const upcast = ", map('upcast.unsigned.ints', 'true')";
  const most = { big: "4294967295", huge: "18446744073709551615" };
  expect(await value("70FFFFFFFF0F79FFFFFFFFFFFFFFFF", "Order", upcast)).toMatchObject(most);
  expect(await value("7000", "Order", upcast)).toMatchObject({ big: null });
});

test("a message inside of itself is read as deep as the option says", async () => {
  const bytes = "0a016112080a016212030a01631a0d0a017812080a016412030a016522080a016622030a0167";
  const deep = async (depth: number) => {
    const call = `from_protobuf(X'${bytes}', 'Person', X'${PERSON}', map('recursive.fields.max.depth', '${depth}'))`;
    return (await spark.query(`SELECT ${call} AS v`))[0]?.[0];
  };
  expect(await deep(1)).toEqual({ name: "a" });
  const named = (name: string) => ({ name });
  expect(await deep(2)).toEqual({
    ...named("a"),
    bff: named("b"),
    others: [{ key: "x", value: named("d") }],
    friends: [named("f")],
  });
  const rest = { bff: null, others: [], friends: [] };
  expect(await deep(3)).toEqual({
    ...named("a"),
    bff: { ...named("b"), ...rest, bff: named("c") },
    others: [{ key: "x", value: { ...named("d"), ...rest, bff: named("e") } }],
    friends: [{ ...named("f"), ...rest, friends: [named("g")] }],
  });
  await expect(deep(0)).rejects.toThrow("contains itself");
  await expect(deep(11)).rejects.toThrow("at most 10");
  const other = value("", "Order", ", map('convert.any.fields.to.json', 'true')");
  await expect(other).rejects.toThrow("It has: mode, recursive.fields.max.depth");
});

test("messages that are none, or contain themselves, are refused", async () => {
  await expect(value("", "Nothing")).rejects.toThrow("it has no message Nothing, but old.Reading, old.Tree");
  await expect(value("", "Tree")).rejects.toThrow("contains itself");
});

async function bytesOf(struct: string, message = "Order"): Promise<string> {
  const descriptors = message === "Order" ? SHOP : OLD;
  const [row] = await spark.query(`SELECT hex(to_protobuf(${struct}, '${message}', X'${descriptors}')) AS v`);
  return String(row?.[0]).toLowerCase();
}

test("what is written is what protoc writes: fields in the order of their numbers, NULL and zeros that need no place left out", async () => {
  expect(await bytesOf(`from_protobuf(X'${FULL}', 'Order', X'${SHOP}')`)).toBe(FULL);
  expect(await bytesOf("named_struct('rate', 0D, 'state', 'NEW', 'card', '', 'id', 0L, 'count', 0, 'raw', X'')")).toBe(
    "10003200",
  );
  expect(await bytesOf("named_struct('rate', -0D, 'flag', false, 'ID', 7L)")).toBe("0807490000000000000080");
  const reading = "named_struct('level', 'LOW', 'id', -1, 'marks', array(1, 300), 'value', 0D)";
  expect(await bytesOf(reading, "Reading")).toBe("08ffffffffffffffffff011001210000000000000000280128ac02");
  expect(await bytesOf("CAST(NULL AS STRUCT<id: BIGINT>)")).toBe("null");
});

test("of a oneof the last value of the struct is written; wrappers take a struct or what they wrap; an enum its name or its number", async () => {
  expect(await bytesOf("named_struct('cash', 5, 'card', 'ab')")).toBe("32026162");
  expect(await bytesOf("named_struct('card', 'ab', 'cash', 5)")).toBe("3805");
  expect(await bytesOf("named_struct('card', 'ab', 'cash', CAST(NULL AS INT))")).toBe("32026162");
  expect(await bytesOf("named_struct('note', 'a')")).toBe("62030a0161");
  expect(await bytesOf("named_struct('note', named_struct('value', 'a'))")).toBe("62030a0161");
  expect(await bytesOf("named_struct('state', 1)")).toBe("1801");
});

test("what a message cannot hold is refused before anything runs, values that it cannot hold when they come", async () => {
  const refused = [
    ["named_struct('idd', 1L)", "the message shop.Order has no field for `idd`"],
    ["named_struct('id', 1)", "`id` is int, which cannot be written as a field that holds long: cast it"],
    [
      "named_struct('stops', named_struct('city', 'a'))",
      "`stops` is struct<city:string>, which cannot be written as a repeated field",
    ],
    ["named_struct('places', map('a', named_struct('town', 'b')))", "the message shop.Place has no field for `"],
    ["named_struct('at', DATE '2026-01-01')", "`at` is date, which cannot be written as a Timestamp"],
    ["1", "the value is int, not a struct"],
  ];
  for (const [struct = "", said = ""] of refused) {
    await expect(bytesOf(struct), struct).rejects.toThrow(said);
  }
  await expect(bytesOf("named_struct('value', 1D)", "Reading")).rejects.toThrow(
    "lacks `id`, which the message old.Reading requires",
  );
  const values = [
    ["named_struct('state', 'GONE')", "the enum shop.State has no GONE, but NEW, PAID"],
    ["named_struct('steps', array(1L, NULL))", "steps is NULL, but elements of a repeated field have values"],
    ["named_struct('places', map('a', CAST(NULL AS STRUCT<city: STRING>)))", "entries of a map have values"],
  ];
  for (const [struct = "", said = ""] of values) await expect(bytesOf(struct), struct).rejects.toThrow(said);
  const missing = bytesOf("named_struct('id', CAST(NULL AS INT))", "Reading");
  await expect(missing).rejects.toThrow("id is NULL, but its message requires a value");
});
