import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sluice, writeFiles } from "../harness/sluice.ts";
import {
  contentOf,
  deliver,
  goldOf,
  inPairs,
  killAt,
  killEach,
  killPoints,
  newProject,
  run,
  straight,
  table,
} from "./recovery-pipeline.ts";

/** A pipeline that has run over three files. */
async function ranOnce(): Promise<string> {
  const project = await newProject();
  await run(project);
  return project;
}

/** The same with two files more to read. */
async function withNews(): Promise<string> {
  const project = await ranOnce();
  await writeFiles(project, deliver(3, 5));
  return project;
}

describe("an update killed as by kill -9", () => {
  test("before and after every commit and checkpoint write: run again, no row lost, none twice [F65]", async () => {
    const expected = await straight(5);
    for (const part of Object.values(expected)) expect(part.length).toBeGreaterThan(0);
    await killEach(await killPoints(newProject), async (crash) => {
      const project = await newProject();
      const isKilled = await killAt(project, crash);
      await writeFiles(project, deliver(3, 5));
      await run(project, crash);
      expect(await contentOf(project), crash).toEqual(expected);
      return isKilled;
    });
  }, 600_000);

  test("at random times, again and again [F65]", async () => {
    const expected = await straight(8);
    const project = await newProject();
    for (let files = 4; files <= 8; files++) {
      await writeFiles(project, deliver(files - 1, files));
      await sluice(["run", "--project", project], { killAfterMs: 250 + Math.floor(Math.random() * 700) });
    }
    await run(project);
    expect(await contentOf(project)).toEqual(expected);
  }, 120_000);

  test("while it takes in news and replaces a materialized view: the view is the old or the new one, never in between [F66]", async () => {
    const [before, after] = [await straight(3), await straight(5)];
    await killEach(await killPoints(withNews), async (crash) => {
      const project = await withNews();
      const isKilled = await killAt(project, crash);
      expect([before.gold, after.gold], crash).toContainEqual(await goldOf(project));
      await run(project, crash);
      expect(await contentOf(project), crash).toEqual(after);
      return isKilled;
    });
  }, 600_000);

  test("during a full refresh: the next update finishes the work [F83]", async () => {
    const expected = await straight(5);
    const args = ["--full-refresh-all"];
    await killEach(await killPoints(withNews, { args }), async (crash) => {
      const project = await withNews();
      const isKilled = await killAt(project, crash, args);
      await run(project, crash);
      expect(await contentOf(project), crash).toEqual(expected);
      return isKilled;
    });
  }, 600_000);

  test("leaves a lock that the next update takes over at once, and only one of two that race for it [F94]", async () => {
    const expected = await straight(5);
    await inPairs([8, 14, 20], async (operation) => {
      const project = await newProject();
      expect(await killAt(project, `before:${operation}`)).toBe(true);
      await writeFiles(project, deliver(3, 5));
      const racers = await Promise.all([0, 1].map(() => sluice(["run", "--project", project])));
      const codes = racers.map((one) => one.code).sort();
      expect(
        [
          [0, 0],
          [0, 3],
        ],
        racers.map((one) => one.stderr).join("\n"),
      ).toContainEqual(codes);
      expect(await contentOf(project)).toEqual(expected);
    });
  }, 120_000);
});

test("a materialized view is never seen empty or half while it is replaced", async () => {
  const project = await newProject();
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  await writeFiles(project, deliver(3, 5));
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const replaced = table(project, "gold")
    .commits()
    .filter((actions) => actions.some((action) => action.remove));
  expect(replaced.length).toBeGreaterThan(0);
  for (const actions of replaced) expect(actions.some((action) => action.add)).toBe(true);
});

test("a second update over nothing new writes nothing to streaming tables and re-commits no view [F97]", async () => {
  const project = await newProject();
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const before = ["bronze", "silver", "gold"].map((name) => table(project, name).commits().length);
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(["bronze", "silver", "gold"].map((name) => table(project, name).commits().length)).toEqual(before);
});

test("a file that was read is not read again, a new one is [F146]", async () => {
  const project = await newProject();
  await sluice(["run", "--project", project]);
  await mkdir(join(project, "raw/more"), { recursive: true });
  await copyFile(join(project, "raw/f0.json"), join(project, "raw/more/copy.json"));
  await sluice(["run", "--project", project]);
  expect(await table(project, "bronze").count()).toBe(40);
});
