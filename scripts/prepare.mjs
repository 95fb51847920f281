// What every command of the README does first: install the packages if they are not there, compile if sources changed. Needs Node and npm only.
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Runs a program with its output on this terminal; its exit code becomes ours when it fails. */
export function run(command, args, options = {}) {
  try {
    execFileSync(command, args, { cwd: root, stdio: "inherit", ...options });
  } catch (error) {
    process.exit(typeof error.status === "number" ? error.status : 1);
  }
}

function installed() {
  const marker = join(root, "node_modules", ".package-lock.json");
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

export function prepare() {
  if (!installed()) {
    console.error("Installing packages (once) ...");
    // Not `npm ci`: it insists on lock entries for the binaries of every platform, and the lock holds those of the platforms that wrote it.
    run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", "ignore", "inherit"] });
  }
  run(process.execPath, [join(root, "scripts", "build.mjs")]);
}

export function compileTypes() {
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}
