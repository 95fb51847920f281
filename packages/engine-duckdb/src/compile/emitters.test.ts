import { findFunction, functionNames } from "@sluice/query";
import { expect, test } from "vitest";
import { EMITTERS, GENERATORS, GROUPERS } from "./emitters.ts";

/** Functions that analysis puts a constant in the place of. */
const CONSTANTS = ["current_catalog", "current_schema"];

test("every function of the catalogue is written", () => {
  const known = (name: string): boolean => EMITTERS[name] !== undefined || GENERATORS.has(name) || GROUPERS.has(name);
  expect(functionNames().filter((name) => !known(name))).toEqual(CONSTANTS);
});

test("every emitter stands for a function of the catalogue, or for what plans of changes have", () => {
  const others = Object.keys(EMITTERS).filter((name) => findFunction(name) === undefined);
  expect(others.toSorted()).toEqual(["between", "content_rank"]);
});
