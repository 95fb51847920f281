import { describe, expect, test } from "vitest";
import { checkOptions } from "./file-source-options.ts";
import { parseInterval, parseSize } from "./option-shape.ts";

describe("values of options", () => {
  test.each([
    ["1048576", 1048576],
    ["10g", 10 * 1024 ** 3],
    ["100 MB", 100 * 1024 ** 2],
    ["1.5k", 1536],
    ["0", undefined],
    ["ten", undefined],
  ])("%s is so many bytes", (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each([
    ["90 days", 90 * 86_400_000],
    ["INTERVAL 1 week 12 hours", 604_800_000 + 43_200_000],
    ["1 fortnight", undefined],
    ["days", undefined],
  ])("%s is so long", (text, milliseconds) => expect(parseInterval(text)).toBe(milliseconds));

  test("an unknown name of cloudFiles is a mistake unless options shall not be validated", () => {
    expect(checkOptions({ "cloudFiles.formt": "json" }).map((one) => one.kind)).toEqual(["Unknown"]);
    expect(checkOptions({ "cloudFiles.formt": "json", "CLOUDFILES.validateoptions": "false" })).toEqual([]);
  });
});
