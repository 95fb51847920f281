import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const MONTH_MS = 30 * 24 * 3600 * 1000;

/** Makes entries of other formats invalid. */
const FORMAT = "1";

/** Where compiled files are kept between runs: a folder of the person's own, since it holds code that will be run. */
function compiledCodeFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sluice", "compiled");
}

/**
 * What `compile` makes of a source file, kept by its content: compiling is most of the time that a pipeline takes to load. A cache that cannot be read or
 * written is done without.
 *
 * @throws what `compile` throws; nothing is kept then.
 */
export function compileOnce(
  file: string,
  source: string,
  compile: () => string,
  folder: string = compiledCodeFolder(),
): string {
  const key = createHash("sha256").update([FORMAT, process.version, file, source].join("\n")).digest("hex");
  const path = join(folder, `${key}.js`);
  const kept = attempt(() => readFileSync(path, "utf8"));
  if (kept !== undefined) return kept;
  const code = compile();
  attempt(() => keep(path, code, folder));
  return code;
}

function keep(path: string, code: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, code, { mode: 0o600 });
  renameSync(partial, path);
  for (const name of readdirSync(folder)) {
    const entry = join(folder, name);
    if (Date.now() - statSync(entry).mtimeMs > MONTH_MS) rmSync(entry, { force: true });
  }
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
