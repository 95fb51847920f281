import { mkdir, mkdtemp, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inOtherThread } from "../engine/other-thread.ts";
import { fileFacts } from "./file-facts.ts";

test("another thread looks at files as one does here: no file is no answer, not an error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-facts-"));
  const path = (name: string) => join(folder, name);
  await writeFile(path("größe\n.json"), "12345");
  await utimes(path("größe\n.json"), 1000.5, 1000.5);
  await mkdir(path("folder"));
  await symlink(path("nowhere"), path("dangling"));
  await symlink(path("round"), path("round"));
  const none = ["gone", "folder", "dangling", "round", "größe\n.json/below"];
  const paths = ["größe\n.json", ...none, "größe\n.json"].map(path);
  const facts = await inOtherThread(fileFacts, paths.join("\0"));
  const nothing = none.flatMap(() => [Number.NaN, Number.NaN]);
  expect([...facts]).toEqual([5, 1_000_500, ...nothing, 5, 1_000_500]);
  expect([...(await inOtherThread(fileFacts, ""))]).toEqual([]);
});

test("a file that cannot be asked is told by its place", async () => {
  const tooLong = `/${"x".repeat(300)}`;
  const asked = inOtherThread(fileFacts, ["/gone", tooLong].join("\0"));
  await expect(asked).rejects.toMatchObject({ code: "ENAMETOOLONG", at: 1 });
});
