import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { compileOnce } from "./compiled-code.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-compiled-"));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file is compiled again only when its text has changed", () => {
  let compiled = 0;
  const compile = (): string => `code ${++compiled}`;
  expect(compileOnce("/a.ts", "one", compile, folder)).toBe("code 1");
  expect(compileOnce("/a.ts", "one", compile, folder)).toBe("code 1");
  expect(compileOnce("/a.ts", "two", compile, folder)).toBe("code 2");
  expect(compileOnce("/b.ts", "one", compile, folder)).toBe("code 3");
});

test("a failed compilation is not kept, and a folder that cannot be written is done without", () => {
  const fail = (): string => {
    throw new Error("no TypeScript");
  };
  expect(() => compileOnce("/a.ts", "x", fail, folder)).toThrow("no TypeScript");
  expect(compileOnce("/a.ts", "x", () => "code", folder)).toBe("code");
  writeFileSync(join(tmpdir(), "sluice-no-folder"), "");
  expect(compileOnce("/a.ts", "x", () => "code", join(tmpdir(), "sluice-no-folder", "below"))).toBe("code");
});

test("what nobody has used for a month goes", () => {
  compileOnce("/a.ts", "x", () => "code", folder);
  const old = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), old, old);
  compileOnce("/b.ts", "x", () => "code", folder);
  expect(readdirSync(folder)).toHaveLength(1);
});
