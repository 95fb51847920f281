import { findFunction, functionNames } from "@sluice/query";
import { expect, test } from "vitest";
import { EMITTERS, GENERATORS, GROUPERS, UNSUPPORTED } from "./emitters.ts";

test("every function of the catalogue is written, or refused by name", () => {
  const known = (name: string): boolean =>
    EMITTERS[name] !== undefined || GENERATORS.has(name) || GROUPERS.has(name) || UNSUPPORTED.has(name);
  expect(functionNames().filter((name) => !known(name))).toEqual([]);
});

test("no function is both written and refused", () => {
  expect([...UNSUPPORTED].filter((name) => EMITTERS[name] !== undefined)).toEqual([]);
});

test("every emitter stands for a function of the catalogue, or for what plans of changes have", () => {
  const others = Object.keys(EMITTERS).filter((name) => findFunction(name) === undefined);
  expect(others.toSorted()).toEqual(["between", "content_rank"]);
});
