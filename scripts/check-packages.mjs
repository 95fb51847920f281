// Each package as npm would publish it: publint and "are the types wrong" on the packed tarball.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { root, run } from "./prepare.mjs";

const folder = mkdtempSync(join(tmpdir(), "sluice-packed-"));
try {
  for (const name of readdirSync(join(root, "packages"))) {
    const home = join(root, "packages", name);
    execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], {
      cwd: home,
      stdio: ["ignore", "ignore", "inherit"],
    });
    run(join(root, "node_modules", ".bin", "publint"), ["--strict", home], { stdio: ["ignore", "ignore", "inherit"] });
  }
  await Promise.all(readdirSync(folder).map((tarball) => checkTypes(join(folder, tarball))));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkTypes(tarball) {
  try {
    await promisify(execFile)(join(root, "node_modules", ".bin", "attw"), [
      "--profile",
      "esm-only",
      "--quiet",
      tarball,
    ]);
  } catch (error) {
    console.error(`${tarball}\n${error.stdout}${error.stderr}`);
    process.exitCode = 1;
  }
}
