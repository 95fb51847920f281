// npm run build: types by the compiler, then each package's modules in a few files, since opening 700 files is most of what a small command costs.
// What a package lists under `dependencies` stays a module of its own; `devDependencies` become part of its files.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileTypes, root } from "./prepare.mjs";

const ENTRIES = {
  query: { index: "src/index.ts", "api/index": "src/api/index.ts" },
  delta: { index: "src/index.ts" },
  pipelines: { index: "src/index.ts" },
  "engine-duckdb": { index: "src/index.ts" },
  kafka: { index: "src/index.ts" },
  sluice: { index: "src/index.ts", bin: "src/bin.ts", "testing/index": "src/testing/index.ts" },
};

/** Compiles what is older than its sources. */
export async function build() {
  compileTypes();
  for (const name of Object.keys(ENTRIES)) {
    const home = join(root, "packages", name);
    if (isStale(home)) await bundle(home, ENTRIES[name]);
  }
}

function isStale(home) {
  const marker = join(home, "dist", "index.js.map");
  if (!existsSync(marker)) return true;
  const sources = readdirSync(join(home, "src"), { recursive: true }).map((name) => join(home, "src", name));
  const others = [join(home, "package.json"), join(root, "package-lock.json"), fileURLToPath(import.meta.url)];
  const made = statSync(marker).mtimeMs;
  return [...sources, ...others].some((file) => statSync(file).mtimeMs > made);
}

async function bundle(home, entries) {
  const { rolldown } = await import("rolldown");
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    name,
  } = readJson(join(home, "package.json"));
  const separate = [name, ...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })];
  const bundler = await rolldown({
    cwd: home,
    input: entries,
    platform: "node",
    external: (id) => separate.some((one) => id === one || id.startsWith(`${one}/`)),
    plugins: [{ name: "kafka-client", resolveId: forKafkaClient }],
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const dist = join(home, "dist");
  const { output } = await bundler.write({
    dir: dist,
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
  });
  const foreign = notices(output);
  if (foreign !== "") writeFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), foreign);
  removeOthers(dist, new Set(output.map(({ fileName }) => join(dist, fileName))));
}

const AJV = join(root, "scripts", "ajv-at-first-use.mjs");

/** The Kafka client gets validators that wait, and its WebAssembly as a module instead of a file beside it. */
function forKafkaClient(id, importer) {
  if (id === "ajv/dist/2020.js" && importer !== AJV) return AJV;
  if (id === "@platformatic/wasm-utils") return this.resolve("@platformatic/wasm-utils/bundled", importer);
  return undefined;
}

/** The licences of packages that became part of our files, each of which asks to be kept with the code. */
function notices(output) {
  const modules = output.flatMap((file) => Object.keys(file.modules ?? {}));
  const folders = new Set(modules.map((id) => packageFolder(id)).filter((folder) => folder !== undefined));
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = readJson(join(folder, "package.json"));
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      return `${name} ${version} (${license})\n\n${file ? readFileSync(join(folder, file), "utf8").trim() : ""}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(module) {
  return /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(module)?.[1];
}

/** What an earlier build left. */
function removeOthers(dist, kept) {
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name);
    if (/\.js(\.map)?$/.test(name) && !kept.has(file)) rmSync(file);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
