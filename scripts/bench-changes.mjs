// The parts of the benchmarks about changes of rows: AUTO CDC and snapshots, beside bare DuckDB and, when asked for, the MERGE of others.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { generateChanges } from "../benchmarks/cdc/generate.mjs";
import { generateSnapshots } from "../benchmarks/snapshots/generate.mjs";
import { judges } from "../rigs/judges.mjs";
import { root } from "./prepare.mjs";

const benchmarks = join(root, "benchmarks");

/** A base of rows, a batch of a tenth of them, one more, then twelve of 1,000 changes, of which the median of the last six counts: SCD type 1 and 2 beside the bare merge by positions. They find their keys in memory. */
export async function benchChanges({ work, add, programOf }, { base, peers }) {
  const changes = await generateChanges(join(work, "changes"), base, [base / 10, base / 10, ...Array(12).fill(1000)]);
  const bare = programOf("cdc", "bare.mjs", join(work, "cdc-bare"), ...changes).laps;
  const many = (base / 10).toLocaleString("en-US");
  for (const scd of ["1", "2"]) {
    const { laps, ...rest } = productOf({ work, programOf }, "cdc", scd, changes);
    console.error(JSON.stringify({ scd, load: load(), bare, product: laps, ...rest }, null, 1));
    add(`SCD type ${scd}, ${many} changes`, laps[2].seconds, bare[2].seconds, scd === "1" ? "1.5" : "");
    add(`SCD type ${scd}, ${many} changes, CPU-s`, laps[2].cpu, bare[2].cpu, "");
    add(
      `SCD type ${scd}, 1,000 changes, the flow, s`,
      last(laps, "flow"),
      last(bare, "seconds"),
      scd === "1" ? "0.15 s" : "",
    );
    add(`SCD type ${scd}, 1,000 changes, the update, s`, last(laps, "seconds"), last(bare, "seconds"), "");
    add(`SCD type ${scd}, 1,000 changes, CPU-s`, last(laps, "cpu"), last(bare, "cpu"), "");
    if (peers && scd === "1") benchPeers({ work, add }, changes.slice(0, 3), many);
  }
}

/** The base and the two large batches by us and by others, each a process of its own: what the second batch takes in one that is warm, and the whole. */
function benchPeers({ work, add }, changes, many) {
  const found = judges();
  if (found === undefined)
    return console.error("left out: delta-rs and PySpark are not here; npm run rigs installs them");
  const folders = [join(work, "cdc-storage-peers"), join(work, "cdc-raw-peers")];
  const feeding = join(benchmarks, "shared", "feed-files.mjs");
  const ours = timed(process.execPath, [feeding, join(benchmarks, "cdc"), "1", ...folders, ...changes]);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  const program = join(benchmarks, "cdc", "peer.py");
  for (const peer of ["delta-rs", "spark"]) {
    const out = join(work, `cdc-${peer}`);
    const theirs = timed(found.python, [program, peer, found.jars, out, ...changes]);
    rmSync(out, { recursive: true, force: true });
    console.error(JSON.stringify({ peer, load: load(), ours, theirs }, null, 1));
    add(`MERGE of ${many} by ${peer}, second batch`, ours.laps[2].seconds, theirs.laps[2].seconds, "");
    add(`MERGE of ${many} by ${peer}, second batch, CPU-s`, ours.laps[2].cpu, theirs.laps[2].cpu, "");
    add(`base and two MERGEs by ${peer}, whole process`, ours.whole, theirs.whole, "");
  }
}

/** Snapshots one after the other, one row in a hundred changed in each, into tables of SCD type 1 and 2; the bare side makes the difference and keeps type 1. */
export async function benchSnapshots({ work, add, programOf }, { rows, count }) {
  const snapshots = await generateSnapshots(join(work, "snapshots"), rows, count);
  const bare = programOf("snapshots", "bare.mjs", join(work, "snapshots-bare"), ...snapshots).laps;
  for (const scd of ["1", "2"]) {
    const { laps, ...rest } = productOf({ work, programOf }, "snapshots", scd, snapshots);
    console.error(JSON.stringify({ scd, load: load(), bare, product: laps, ...rest }, null, 1));
    const what = `SCD type ${scd}, a snapshot of ${rows.toLocaleString("en-US")} rows`;
    add(what, mean(laps, "seconds"), mean(bare, "seconds"), "");
    add(`${what}, CPU-s`, mean(laps, "cpu"), mean(bare, "cpu"), "");
  }
}

function productOf({ work, programOf }, folder, scd, files) {
  const folders = [join(work, `${folder}-storage-${scd}`), join(work, `${folder}-raw-${scd}`)];
  const result = programOf("shared", "feed-files.mjs", join(benchmarks, folder), scd, ...folders, ...files);
  for (const one of folders) rmSync(one, { recursive: true, force: true });
  return result;
}

/** What a program prints, and the seconds from its start to its end. */
function timed(command, args) {
  const start = performance.now();
  const output = execFileSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, TZ: "UTC" },
  });
  return { ...JSON.parse(output.trim().split("\n").at(-1)), whole: (performance.now() - start) / 1000 };
}

/** The median of the last six. */
function last(laps, clock) {
  const sorted = laps
    .slice(-6)
    .map((lap) => lap[clock])
    .sort((a, b) => a - b);
  return (sorted[2] + sorted[3]) / 2;
}

/** Of all but the first. */
function mean(laps, clock) {
  const rest = laps.slice(1);
  return rest.reduce((sum, lap) => sum + lap[clock], 0) / rest.length;
}

function load() {
  return `${loadavg()[0].toFixed(1)} on ${availableParallelism()} cores`;
}
