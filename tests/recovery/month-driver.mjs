// A pipeline that runs for a month, in minutes: delivers files round by round and updates after every few of them. Started again after a kill it goes on where the
// files on disk say that it stopped. Arguments: project folder, number of rounds.
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPipeline } from "../../packages/sluice/dist/index.js";
import { filesOfRound, isUpdateDue } from "./month-files.mjs";

const [project, rounds] = [process.argv[2], Number(process.argv[3])];
const raw = join(project, "raw");
mkdirSync(raw, { recursive: true });

const pipeline = await openPipeline(project);
for (let round = 0; round < rounds; round++) {
  if (existsSync(join(raw, `_done-${round}`))) continue;
  process.stdout.write(`${round}\n`);
  for (const [name, content] of filesOfRound(round)) {
    writeFileSync(join(raw, `.${name}`), content);
    renameSync(join(raw, `.${name}`), join(raw, name));
  }
  if (isUpdateDue(round) || round === rounds - 1) await update();
  writeFileSync(join(raw, `_done-${round}`), "");
}
await pipeline.close();

async function update() {
  const { result } = pipeline.run();
  const { flows, error } = await result;
  if (error !== undefined) throw error;
  const failed = flows.filter((flow) => flow.status === "FAILED" && flow.dataset !== "s.failing");
  if (failed.length > 0) throw failed[0].error;
}
