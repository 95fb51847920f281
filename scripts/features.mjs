// npm run features: which rows of the feature checklist a test names in its title, as [F103], and which have none yet.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

const ROWS = 227;
const tests = ["packages", "tests", "examples"]
  .flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" }).map((path) => join(root, top, path)),
  )
  .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules"));

const shown = new Map();
for (const path of tests) {
  for (const [, row] of readFileSync(path, "utf8").matchAll(/\[F(\d+)\]/g)) {
    shown.set(Number(row), [...(shown.get(Number(row)) ?? []), path.slice(root.length + 1)]);
  }
}
for (const [row, files] of [...shown].sort(([a], [b]) => a - b))
  console.log(`F${row}\t${[...new Set(files)].join(", ")}`);
const without = Array.from({ length: ROWS }, (_, i) => i + 1).filter((row) => !shown.has(row));
console.log(
  `\n${shown.size} rows with a test, ${without.length} without: ${without.map((row) => `F${row}`).join(" ")}`,
);
