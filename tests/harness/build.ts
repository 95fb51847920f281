import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Once before all tests: compiles what has changed, since tests of the command line run the built one. */
export function setup(): void {
  const root = join(import.meta.dirname, "..", "..");
  execFileSync(process.execPath, [join(root, "scripts", "build.mjs")], { cwd: root, stdio: "inherit" });
}
