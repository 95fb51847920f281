import { expect, test } from "vitest";
import { NUMBER_MARK } from "../../connection/written-number.ts";
import { marked, NumberMarker, type RecordEnds } from "./number-marks.ts";

function mark(text: string, ends: RecordEnds = "Lines"): string {
  return marked(Buffer.from(text), ends).toString().replaceAll(NUMBER_MARK, "#");
}

test("numbers with a point or an exponent and negative zeros become texts with a mark, others stay", () => {
  expect(mark('{"a":1.50,"b":[-2e+3 , 10,-0],"c":-0.0,"d":0,"e":-7}')).toBe(
    '{"a":"#1.50","b":["#-2e+3" , 10,"#-0"],"c":"#-0.0","d":0,"e":-7}',
  );
  expect(mark("1.5")).toBe('"#1.5"');
});

test("texts and names are left alone, whatever is in them", () => {
  for (const text of ['{"a 1.5":"2.5"}', '{"a":"\\"1.5"}', '{"a":"\\\\","b":"1.5"}', "{1.5:1}", "{1.5 : 1}"]) {
    expect(mark(text)).toBe(text);
  }
});

test("what is no number of JSON stays no JSON", () => {
  expect(mark("[01.5]")).toBe('[0"#1.5"]');
  expect(mark("[1.5.2]")).toBe('["#1.5".2]');
  expect(mark("[1.]")).toBe("[1.]");
  expect(mark("[1.5e]")).toBe('["#1.5"e]');
});

test("a quote without its partner does no harm beyond its record", () => {
  expect(mark('{"a":"x\n{"a":1.5}')).toBe('{"a":"x\n{"a":"#1.5"}');
  expect(mark('{"a":"x\\\n{"a":1.5}')).toBe('{"a":"x\\\n{"a":"#1.5"}');
  expect(mark('{"a":"x|{"a":1.5}', 0x7c)).toBe('{"a":"x|{"a":"#1.5"}');
  expect(mark('{"a":"x\n1.5",\n"b":2.5}', "Never")).toBe('{"a":"x\n1.5",\n"b":"#2.5"}');
});

test("bytes may be cut anywhere", () => {
  const text = '{"é":-1.50e-7 ,"b\\"2.5\\\\":[0.5, -0,1e+3],"c":"\\\\"}\n{"open 3.5\\\n{"a":12.25}\n7.5';
  const bytes = Buffer.from(text);
  const whole = marked(bytes, "Lines").toString();
  for (let size = 1; size <= bytes.length; size++) {
    const marker = new NumberMarker("Lines");
    const parts: string[] = [];
    for (let at = 0; at < bytes.length; at += size)
      parts.push(marker.next(bytes.subarray(at, at + size)).toString("latin1"));
    parts.push(marker.end().toString("latin1"));
    expect(Buffer.from(parts.join(""), "latin1").toString()).toBe(whole);
  }
  expect(whole.replace(new RegExp(`"${NUMBER_MARK}([^"]*)"`, "g"), "$1")).toBe(text);
});
