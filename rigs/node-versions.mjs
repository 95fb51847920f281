// The other Node versions that Sluice supports, from registry packages, below .rigs/.
//
//   node rigs/node-versions.mjs install              fetch them once
//   node rigs/node-versions.mjs list                 the versions, one a line
//   node rigs/node-versions.mjs run VERSION FILE ..  run a program with one of them
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSIONS = ["20.19.5", "22", "24"];
const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".rigs", "node");
const packageName = `node-${process.platform}-${process.arch}`;

function binary(version) {
  return join(folder, version, "node_modules", packageName, "bin", "node");
}

function install(version) {
  if (existsSync(binary(version))) return;
  const home = join(folder, version);
  mkdirSync(home, { recursive: true });
  execFileSync(
    "npm",
    ["install", "--prefix", home, "--no-audit", "--no-fund", "--loglevel=error", `${packageName}@${version}`],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
}

const [command, version, ...args] = process.argv.slice(2);
if (command === "install") VERSIONS.forEach(install);
else if (command === "list") console.log(VERSIONS.join("\n"));
else if (command === "run" && version !== undefined) {
  const found = spawnWith(version, args);
  process.exit(found);
} else {
  console.error("usage: node rigs/node-versions.mjs install | list | run VERSION FILE ..");
  process.exit(2);
}

function spawnWith(version, args) {
  const path = `${dirname(binary(version))}:${process.env["PATH"]}`;
  try {
    execFileSync(binary(version), args, { stdio: "inherit", env: { ...process.env, PATH: path } });
    return 0;
  } catch (error) {
    return error.status ?? 1;
  }
}
