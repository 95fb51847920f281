import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env["SLUICE_CONFORMANCE_DATA"];

/** Why examples of this file are left out; undefined when they are here. On CI they must be. */
export function leftOut(file: string): string | undefined {
  if (process.env["CI"] === "true") return undefined;
  if (folder === undefined) return "SLUICE_CONFORMANCE_DATA does not name the folder of Spark's examples";
  return existsSync(join(folder, file)) ? undefined : `there is no ${file} in ${folder}`;
}

/** The records of a file of JSON lines in the folder of Spark's examples. */
export function readExamples<Example>(file: string): readonly Example[] {
  if (folder === undefined) throw new Error("SLUICE_CONFORMANCE_DATA must name the folder of Spark's examples");
  const lines = readFileSync(join(folder, file), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Example);
}
