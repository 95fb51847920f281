import { join } from "node:path";
import { expect, test } from "vitest";
import { functionReference } from "./function-reference.ts";

test("the page of functions names those that there are; `npx vitest run tests/docs -u` writes it anew", async () => {
  await expect(functionReference()).toMatchFileSnapshot(join(import.meta.dirname, "../../docs/reference/functions.md"));
});
