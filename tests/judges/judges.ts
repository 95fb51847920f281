import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { judges } from "../../rigs/judges.mjs";

const found = judges();
const unwanted = process.env["SLUICE_LEAVE_OUT"]?.split(",").includes("judges") ?? false;

/** Why the judges are left out; undefined when they sit. On CI they must sit unless it asks otherwise. */
export const leftOut: string | undefined = unwanted
  ? "asked for by SLUICE_LEAVE_OUT"
  : found === undefined && process.env["CI"] !== "true"
    ? "no PySpark, delta-rs and chdb here; `npm run rigs` installs them, which needs python3, java and mvn"
    : undefined;

/** Runs one of this folder's programs with the judges' Python; the jars of delta-spark are its first argument. Its last line is JSON. */
export async function ask<Verdict>(program: string, ...args: readonly string[]): Promise<Verdict> {
  if (found === undefined) throw new Error("the judges are not installed: npm run rigs");
  const { stdout } = await promisify(execFile)(
    found.python,
    [join(import.meta.dirname, program), found.jars, ...args],
    {
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, TZ: "UTC", SPARK_LOCAL_IP: "127.0.0.1" },
    },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as Verdict;
}
