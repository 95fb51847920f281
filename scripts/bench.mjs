// npm run bench: the medallion workload and a load of very many small files, beside bare DuckDB doing the same work and writing the same files in the same run.
// Ratios, not seconds, are the result.
//
//   npm run bench -- [--files 100] [--rows 100000] [--runs 1] [--small-files 100000] [--only full,one-percent,micro,micro-large,small-files,validate,query,kafka,kafka-sink,cdc,snapshots,nexmark,soak] [--messages 1000000] [--base 10000000] [--events 10000000] [--queries q0,q5] [--batches 100000] [--minutes 30] [--peers]
// nexmark and soak run only when they are named: they take long.
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judges } from "../rigs/judges.mjs";
import { kafkaRig, startBroker } from "../rigs/kafka.mjs";
import { prepare, root } from "./prepare.mjs";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "100" },
    rows: { type: "string", default: "100000" },
    runs: { type: "string", default: "1" },
    "small-files": { type: "string", default: "100000" },
    only: {
      type: "string",
      default: "full,one-percent,micro,micro-large,small-files,validate,query,kafka,kafka-sink,cdc,snapshots",
    },
    base: { type: "string", default: "10000000" },
    "snapshot-rows": { type: "string", default: "2000000" },
    events: { type: "string", default: "10000000" },
    messages: { type: "string", default: "1000000" },
    minutes: { type: "string", default: "30" },
    queries: { type: "string", default: "q0,q1,q2,q3,q4,q5,q7,q8,q9,q18" },
    batches: { type: "string", default: "100000,1000000" },
    peers: { type: "boolean", default: false },
  },
});
const [files, rows, runs] = [Number(values.files), Number(values.rows), Number(values.runs)];
const wanted = new Set(values.only.split(","));
/** Batches of a continuous update come at a pace, and what has rested is slower than what has not. */
const MICRO_REST_MS = "1500";
const work = mkdtempSync(join(tmpdir(), "sluice-bench-"));
const report = [];

prepare();
const { benchChanges, benchSnapshots } = await import("./bench-changes.mjs");
const { EVENTS_A_FILE, generateEvents } = await import("../benchmarks/nexmark/generate.mjs");
const { generateProject } = await import("../benchmarks/validate/generate.mjs");
const { generateSmallFiles } = await import("../benchmarks/small-files/generate.mjs");
const { generateDimensions, generateOrders } = await import("../benchmarks/medallion/generate.mjs");
try {
  if (wanted.has("full") || wanted.has("one-percent")) await benchLarge();
  if (wanted.has("micro")) await benchMicro();
  if (wanted.has("micro-large")) await benchMicroOnLarge();
  if (wanted.has("small-files")) benchSmallFiles();
  if (wanted.has("validate")) benchValidate();
  if (wanted.has("query")) benchQuery();
  if (wanted.has("kafka")) await benchKafka();
  if (wanted.has("kafka-sink")) await benchKafkaSink();
  const bench = { work, add, programOf };
  if (wanted.has("cdc")) await benchChanges(bench, { base: Number(values.base), peers: values.peers });
  if (wanted.has("snapshots")) await benchSnapshots(bench, { rows: Number(values["snapshot-rows"]), count: 10 });
  if (wanted.has("nexmark")) await benchNexmark();
  if (wanted.has("soak")) benchSoak();
  print();
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function benchLarge() {
  const raw = await makeRaw("large", files + 1, rows);
  const laps = { bare: [], product: [] };
  const peaks = { bare: 0, product: 0 };
  for (let run = 0; run < runs; run++) {
    const bare = program("bare.mjs", raw, join(work, "bare"), `${files},1`);
    moveAll(join(raw, "orders"), join(raw, "waiting"));
    const product = program("product.mjs", raw, join(work, "storage"), `${files},1`);
    for (const [name, result] of Object.entries({ bare, product })) {
      laps[name].push(result.laps);
      peaks[name] = Math.max(peaks[name], result.peakMegabytes);
    }
    rmSync(join(work, "storage"), { recursive: true, force: true });
    rmSync(join(work, "bare"), { recursive: true, force: true });
  }
  const seconds = (name, lap) => median(laps[name].map((run) => run[lap].seconds));
  const steps = (name, names) =>
    median(laps[name].map((run) => names.reduce((sum, step) => sum + run[1].steps[step], 0)));
  add(`${(files * rows).toLocaleString("en-US")} orders, all tables`, seconds("product", 0), seconds("bare", 0), "1.3");
  add(
    "one percent new: bronze, silver, enriched",
    steps("product", ["bronze_orders", "silver_orders", "silver_orders_enriched"]),
    steps("bare", ["bronze", "silver", "enriched"]),
    "1.5",
  );
  add("one percent new: whole update", seconds("product", 1), seconds("bare", 1), "");
  report.push({
    what: "peak memory, MB",
    product: peaks.product.toFixed(0),
    bare: peaks.bare.toFixed(0),
    ratio: "",
    bound: "2000 MB",
  });
  console.error(JSON.stringify({ bare: laps.bare[0], product: laps.product[0] }, null, 1));
  if (values.peers) benchPeers(raw, seconds("product", 0));
}

/** The same work by PySpark with delta-spark over the first files, in batch and as Structured Streaming; the bound is how many times faster we mean to be. */
function benchPeers(raw, product) {
  const { python, jars } = judges() ?? {};
  if (python === undefined) {
    console.error("left out: PySpark is not here; npm run rigs installs it");
    return;
  }
  const first = join(work, "peers");
  mkdirSync(join(first, "orders"), { recursive: true });
  for (const name of ["customers", "products"]) symlinkSync(join(raw, name), join(first, name));
  for (const name of readdirSync(join(raw, "orders")).sort().slice(0, files))
    linkSync(join(raw, "orders", name), join(first, "orders", name));
  for (const [mode, bound] of [
    ["batch", "5"],
    ["streaming", "7"],
  ]) {
    const out = join(work, `pyspark-${mode}`);
    const program = join(root, "benchmarks", "medallion", "pyspark_peer.py");
    const output = execFileSync(python, [program, jars, first, out, mode], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, TZ: "UTC" },
    });
    const seconds = JSON.parse(output.trim().split("\n").at(-1)).seconds;
    rmSync(out, { recursive: true, force: true });
    report.push({
      what: `PySpark + delta-spark, ${mode}: times slower`,
      product: product.toFixed(3),
      bare: seconds.toFixed(1),
      ratio: (seconds / product).toFixed(1),
      bound: `at least ${bound}`,
    });
  }
}

async function benchMicro() {
  const batches = 50;
  const raw = await makeRaw("micro", batches, 1000);
  const ones = Array.from({ length: batches }, () => 1).join(",");
  const lapsOf = (...args) => program(...args).laps.map((lap) => lap.seconds);
  const bare = lapsOf("bare.mjs", raw, join(work, "bare"), ones);
  const rested = lapsOf("bare.mjs", raw, join(work, "bare"), ones, MICRO_REST_MS);
  moveAll(join(raw, "orders"), join(raw, "waiting"));
  const updates = lapsOf("product.mjs", raw, join(work, "storage"), ones);
  moveAll(join(raw, "orders"), join(raw, "waiting"));
  const continuous = lapsOf("continuous.mjs", raw, join(work, "storage-continuous"), MICRO_REST_MS);
  addMicro("in a continuous update", continuous, rested);
  addMicro("an update each", updates, bare);
}

function addMicro(what, product, bare) {
  const growth = (laps) => median(laps.slice(-5)) / median(laps.slice(1, 6));
  add(`1,000 rows through all tables, ${what}, median of 50`, median(product.slice(1)), median(bare.slice(1)), "2");
  add(`${what}: the last five by the second to sixth`, growth(product), growth(bare), "1");
}

/** Files of 1,000 rows, one after the other, into tables that hold all rows of the large workload: what the streaming tables and the join cost, without the views that are computed anew. */
async function benchMicroOnLarge() {
  const batches = 20;
  const raw = await makeRaw("micro-large", files, rows);
  await generateOrders(raw, { firstFile: (files * rows) / 1000, files: batches, rowsPerFile: 1000 });
  const taken = [files, ...Array.from({ length: batches }, () => 1)].join(",");
  const bare = program("bare.mjs", raw, join(work, "micro-large-bare"), taken).laps;
  moveAll(join(raw, "orders"), join(raw, "waiting"));
  const product = program("product.mjs", raw, join(work, "micro-large-storage"), taken).laps;
  const last = (laps, names) =>
    median(laps.slice(batches / 2).map(({ steps }) => names.reduce((sum, step) => sum + steps[step], 0)));
  add(
    `1,000 rows beside ${(files * rows).toLocaleString("en-US")}: bronze, silver, enriched`,
    last(product, ["bronze_orders", "silver_orders", "silver_orders_enriched"]),
    last(bare, ["bronze", "silver", "enriched"]),
    "0.15 s",
  );
  console.error(JSON.stringify({ bare: bare.at(-1), product: product.at(-1) }, null, 1));
  for (const name of ["micro-large", "micro-large-bare", "micro-large-storage"])
    rmSync(join(work, name), { recursive: true, force: true });
}

/** JSON files of ten rows in a thousand folders, then a hundredth of them more. Both sides get files of their own, so that neither finds them in another's memory. */
function benchSmallFiles() {
  const count = Number(values["small-files"]);
  const folders = Math.min(1000, count);
  const laps = {};
  for (const side of ["bare", "product"]) {
    const [raw, later] = ["raw", "later"].map((name) => join(work, `small-${side}`, name));
    generateSmallFiles(raw, { folders, count });
    generateSmallFiles(later, { folders, count: Math.max(1, count / 100), first: count });
    laps[side] = programOf("small-files", `${side}.mjs`, raw, later, join(work, `small-${side}`, "out")).laps;
    rmSync(join(work, `small-${side}`), { recursive: true, force: true });
  }
  const files = count.toLocaleString("en-US");
  add(`${files} files of ten rows`, laps.product[0].seconds, laps.bare[0].seconds, "1.5");
  add("one percent more of them", laps.product[1].seconds, laps.bare[1].seconds, "");
  console.error(JSON.stringify(laps, null, 1));
}

function benchValidate() {
  const many = join(work, "many-datasets");
  generateProject(many);
  for (const [what, project, bound] of [
    ["sluice validate on the orders example, s", example(), "0.8 s"],
    ["sluice validate on 300 SQL datasets, s", many, "2 s"],
  ]) {
    report.push({ what, product: validateSeconds(project), bare: "", ratio: "", bound });
  }
}

function validateSeconds(project) {
  const seconds = [];
  for (let run = 0; run < 6; run++) {
    const start = performance.now();
    execFileSync(process.execPath, [join(root, "packages/sluice/bin/sluice.cjs"), "validate", "--project", project], {
      stdio: "ignore",
    });
    if (run > 0) seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds).toFixed(2);
}

/** A query of 200 lines, parsed and analyzed again and again in one process; the median of its runs once it is warm. */
function benchQuery() {
  const { parse, analyze, both } = programOf("query", "measure.mjs");
  console.error(JSON.stringify({ parse, analyze, both }, null, 1));
  for (const clock of ["wall", "cpu"]) {
    const what = `a query of 200 lines, parsed and analyzed, ms of ${clock}`;
    report.push({ what, product: both[clock].median.toFixed(2), bare: "", ratio: "", bound: "5 ms" });
  }
}

/** Kafka to a bronze table in CPU-seconds, beside reading the ranges alone and the engine's bare insert of the rows read. */
async function benchKafka() {
  if (kafkaRig() === undefined) return console.error("left out: no Kafka broker is here; npm run rigs installs one");
  const broker = await startBroker();
  try {
    const messages = Number(values.messages);
    programWithoutOutput("kafka", "generate.mjs", broker.plaintext, "bench", String(messages));
    const bare = programOf("kafka", "bare.mjs", broker.plaintext, "bench", join(work, "kafka-bare"));
    const product = programOf("kafka", "product.mjs", broker.plaintext, "bench", join(work, "kafka"));
    console.error(JSON.stringify({ bare, product }, null, 1));
    add(`${messages.toLocaleString("en-US")} messages to bronze, CPU-s`, product.cpu, bare.read + bare.insert, "1.3");
  } finally {
    await broker.remove();
  }
}

/** A bronze table into a topic in CPU-seconds, beside the same update into a table: what is above it is the topic's. */
async function benchKafkaSink() {
  if (kafkaRig() === undefined) return console.error("left out: no Kafka broker is here; npm run rigs installs one");
  const broker = await startBroker();
  try {
    const messages = Number(values.messages);
    const run = (codec) =>
      programOf("kafka", "sink.mjs", broker.plaintext, String(messages), codec, join(work, `kafka-sink-${codec}`));
    const laps = Object.fromEntries(["table", "none", "lz4"].map((codec) => [codec, run(codec)]));
    console.error(JSON.stringify(laps, null, 1));
    add(`${messages.toLocaleString("en-US")} rows to Kafka, CPU-s, beside a table`, laps.none.cpu, laps.table.cpu, "");
  } finally {
    await broker.remove();
  }
}

/** Nexmark's queries in micro-batches of 100,000 and a million events, in events by second and by CPU-second; with peers beside Spark, which then says whether the tables are equal. */
async function benchNexmark() {
  const events = Number(values.events);
  const raw = join(work, "nexmark");
  await generateEvents(raw, events);
  const spark = values.peers ? judges() : undefined;
  if (values.peers && spark === undefined) console.error("left out: PySpark is not here; npm run rigs installs it");
  const sizes = values.batches.split(",").map(Number);
  for (const batch of sizes.filter((one) => one <= events)) {
    const out = join(work, `nexmark-${batch}`);
    const files = String(batch / EVENTS_A_FILE);
    const { laps } = programOf("nexmark", "product.mjs", raw, out, files, values.queries);
    console.error(JSON.stringify({ batch, laps }, null, 1));
    const peers = spark === undefined ? {} : nexmarkOnSpark(spark, raw, out, files);
    for (const [name, lap] of Object.entries(laps)) addNexmark(name, batch, events, lap, peers[name]);
    rmSync(out, { recursive: true, force: true });
  }
}

function nexmarkOnSpark({ python, jars }, raw, product, files) {
  const here = join(root, "benchmarks", "nexmark");
  const peer = `${product}-peer`;
  const args = [join(here, "pyspark_peer.py"), jars, here, raw, peer, files, values.queries, product];
  const output = execFileSync(python, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TZ: "UTC" },
  });
  rmSync(peer, { recursive: true, force: true });
  return JSON.parse(output.trim().split("\n").at(-1)).laps;
}

function addNexmark(name, batch, events, lap, peer) {
  const thousands = (seconds) => `${Math.round(events / seconds / 1000)}k`;
  for (const [what, unit] of [
    ["seconds", "events a second"],
    ["cpu", "events a CPU-second"],
  ]) {
    const other = peer === undefined ? {} : { bare: thousands(peer[what]), ratio: (peer[what] / lap[what]).toFixed(1) };
    report.push({
      what: `nexmark ${name}, batches of ${batch / 1000}k, ${unit}`,
      product: thousands(lap[what]),
      ...{ bare: "", ratio: "", bound: "10", ...other },
    });
  }
  if (peer !== undefined && peer.differing > 0) console.error(`${name} differs from Spark's in ${peer.differing} rows`);
}

/** A continuous update for so many minutes, and what its memory does: its slope over the second half. */
function benchSoak() {
  const { memory, batches, slopes } = programOf("soak", "product.mjs", join(work, "soak"), values.minutes);
  console.error(JSON.stringify(memory));
  for (const [what, slope] of Object.entries(slopes))
    report.push({
      what: `${values.minutes} minutes, ${batches} batches: ${what}, MB an hour`,
      product: slope.toFixed(1),
      ...{ bare: "", ratio: "", bound: "0" },
    });
}

function example() {
  const project = join(root, "examples", "orders");
  execFileSync(process.execPath, [join(project, "generate.mjs"), "--into", join(project, "data", "raw")], {
    cwd: root,
    stdio: "ignore",
  });
  return project;
}

async function makeRaw(name, count, rowsPerFile) {
  const raw = join(work, name);
  await generateDimensions(raw);
  await generateOrders(raw, { firstFile: 0, files: count, rowsPerFile });
  return raw;
}

function moveAll(from, to) {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) renameSync(join(from, name), join(to, name));
}

function program(name, ...args) {
  return programOf("medallion", name, ...args);
}

function programWithoutOutput(folder, name, ...args) {
  execFileSync(process.execPath, [join(root, "benchmarks", folder, name), ...args], { cwd: root, stdio: "inherit" });
}

function programOf(folder, name, ...args) {
  const output = execFileSync(process.execPath, [join(root, "benchmarks", folder, name), ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(output.trim().split("\n").at(-1));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function add(what, product, bare, bound) {
  report.push({ what, product: product.toFixed(3), bare: bare.toFixed(3), ratio: (product / bare).toFixed(2), bound });
}

function print() {
  const columns = ["what", "product", "bare", "ratio", "bound"]; // of a peer, "bare" is the peer
  const widths = columns.map((column) => Math.max(column.length, ...report.map((row) => String(row[column]).length)));
  for (const row of [Object.fromEntries(columns.map((column) => [column, column])), ...report]) {
    console.log(
      columns
        .map((column, i) => (i === 0 ? String(row[column]).padEnd(widths[i]) : String(row[column]).padStart(widths[i])))
        .join("  "),
    );
  }
}
