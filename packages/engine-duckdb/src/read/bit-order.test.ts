import { expect, test } from "vitest";
import { turnBits } from "./bit-order.ts";

test("each byte's bits are turned around, bytes stay where they are, and the source is left alone", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const turned = turnBits(all);
  const expected = [...all].map((byte) =>
    Number.parseInt(byte.toString(2).padStart(8, "0").split("").reverse().join(""), 2),
  );
  expect([...turned]).toEqual(expected);
  expect([...all]).toEqual(expected.map((_, byte) => byte));
  expect([...turnBits(turned)]).toEqual([...all]);
  expect([...turnBits(new Uint8Array([9, 1, 2, 4, 8]).subarray(1))]).toEqual([128, 64, 32, 16]);
});
