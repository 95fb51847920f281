// Makes an hour of engagement events of six campaigns as JSON lines, the same for the same arguments: dirty, and some of them late.
//
//   node examples/campaign-alerts/generate.mjs [--into examples/campaign-alerts/data/raw] [--events 20000] [--files 6] [--batch 1]
//
// Batch 1 is the hour from ten o'clock, batch 2 the next, and so on. In the second half of batch 2 hardly anybody clicks on campaign cmp_103.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const CAMPAIGNS = ["cmp_101", "cmp_102", "cmp_103", "cmp_104", "cmp_105", "cmp_106"];
const CHANNELS = ["search", "social", "mail", "video"];
const REGIONS = ["US", "EU", "ASIA"];
const FIRST_HOUR = Date.UTC(2025, 6, 9, 10);
const HOUR = 3_600_000;

const { values } = parseArgs({
  options: {
    into: { type: "string", default: "examples/campaign-alerts/data/raw" },
    events: { type: "string", default: "20000" },
    files: { type: "string", default: "6" },
    batch: { type: "string", default: "1" },
  },
});
const [events, files, batch] = [Number(values.events), Number(values.files), Number(values.batch)];

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Eight of a hundred impressions are clicked on, and three of ten clicks become a sale. */
function eventType(random, fails) {
  const chance = random();
  if (chance < (fails ? 0.004 : 0.072)) return "click";
  return chance < (fails ? 0.005 : 0.094) ? "conversion" : "impression";
}

function makeEvent(random, place) {
  const moment = place * HOUR;
  const campaign = pick(random, CAMPAIGNS);
  const fails = batch === 2 && campaign === "cmp_103" && place >= 0.5;
  const type = eventType(random, fails);
  const dirt = random();
  return {
    campaign_id: campaign,
    event_time: dirt < 0.002 ? null : new Date(FIRST_HOUR + (batch - 1) * HOUR + moment).toISOString().slice(0, 19),
    user_id: `U${String(Math.floor(random() * 5000)).padStart(4, "0")}`,
    event_type: dirt > 0.997 ? `invalid_${type}` : type,
    channel: pick(random, CHANNELS),
    region: pick(random, REGIONS),
    cost: type === "click" ? Math.round(random() * 50) / 100 : 0,
  };
}

const random = randomNumbers(batch);
mkdirSync(values.into, { recursive: true });
const lines = Array.from({ length: files }, () => []);
for (let i = 0; i < events; i++) {
  // Two of a hundred events come a file late: up to eight minutes when there are six files and more.
  const file = Math.floor((i / events) * files);
  const late = random() < 0.02 ? Math.min((random() * 8) / 60, i / events) : 0;
  lines[file].push(JSON.stringify(makeEvent(random, i / events - late)));
}
for (const [i, part] of lines.entries()) {
  const path = join(values.into, `events-${batch}-${String(i + 1).padStart(3, "0")}.json`);
  writeFileSync(`${path}.part`, `${part.join("\n")}\n`);
  renameSync(`${path}.part`, path);
}
