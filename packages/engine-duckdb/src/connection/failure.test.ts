import { expect, test } from "vitest";
import { toEngineError } from "./failure.ts";

test("a map with a key twice is told under Spark's condition, with what to do", () => {
  expect(toEngineError(new Error("Invalid Input Error: Map keys must be unique."))).toMatchObject({
    message: expect.stringMatching(/key twice.*Leave out/),
    facts: { condition: "DUPLICATED_MAP_KEY", domain: "user", retry: "never" },
  });
});
