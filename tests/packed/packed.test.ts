import { execFile } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "../harness/sluice.ts";

const execute = promisify(execFile);

/** Packs every package and installs the tarballs into an empty folder, as npm would from its registry. */
async function installPacked(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of await readdir(join(root, "packages"))) {
    await execute("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: join(root, "packages", name) });
  }
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  const dependencies = Object.fromEntries(tarballs.map((name) => [packageName(name), `file:./${name}`]));
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module", dependencies, overrides: withoutOwn(dependencies) }),
  );
  await execute("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], { cwd: folder });
  return folder;
}

function packageName(tarball: string): string {
  const name = tarball.replace(/-\d+\.\d+\.\d+\.tgz$/, "");
  return name === "sluice" ? name : name.replace(/^sluice-/, "@sluice/");
}

function withoutOwn(dependencies: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]));
}

test("the packed packages, installed into an empty folder, run init, run and query, and type-check a program", async () => {
  const folder = await installPacked();
  const sluice = join(folder, "node_modules", ".bin", "sluice");
  await execute(sluice, ["init", "mine"], { cwd: folder });
  const project = join(folder, "mine");
  await execute(sluice, ["run"], { cwd: project });
  const { stdout } = await execute(sluice, ["query", "SELECT count(*) AS n FROM silver_orders", "--json"], {
    cwd: project,
  });
  expect(JSON.parse(stdout).n).toBeGreaterThan(50);
  await execute(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project, "--types", ""], {
    cwd: project,
  });
  const program = `import { openPipeline } from "sluice";
const pipeline = await openPipeline("mine");
const seen = [];
for await (const event of pipeline.run()) seen.push(event.eventType);
await pipeline.close();
console.log(seen.includes("update_progress"));`;
  await writeFile(join(folder, "program.mjs"), program);
  expect((await execute(process.execPath, ["program.mjs"], { cwd: folder })).stdout.trim()).toBe("true");
}, 300_000);
