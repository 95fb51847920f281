// One schema registry (Apicurio, with Confluent's REST interface) on 127.0.0.1, from Maven Central, below .rigs/.
//
//   node rigs/registry.mjs install   fetch it once (needs java 17 or later, and mvn; 104 MB)
//   node rigs/registry.mjs start     run one, empty, in the foreground until Ctrl-C; prints its address
//   node rigs/registry.mjs env       print what is installed as JSON, or exit 3 with a word why it is not
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The last line that runs on Java 17. */
const APICURIO = "3.0.9";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".rigs", "registry");
const jar = join(folder, `apicurio-registry-app-${APICURIO}-runner.jar`);
const classes = join(folder, "classes.jsa");
const archive = join(folder, `apicurio-registry-app-${APICURIO}-all.tar.gz`);

/** What is installed; undefined when nothing is. */
export function registryRig() {
  return existsSync(classes) ? { jar } : undefined;
}

/** Starts an empty registry on a free port. `address` is where Confluent's clients find it; `remove` ends it. An archive of classes halves the time to start. */
export async function startRegistry() {
  return await launch([`-XX:SharedArchiveFile=${classes}`, "-Xshare:auto"]);
}

async function launch(options) {
  const port = await freePort();
  const flags = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", ...options];
  const quarkus = [`http.host=127.0.0.1`, `http.port=${port}`, "log.level=WARN", "log.console.color=false"];
  const settings = ["-Dapicurio.storage.kind=sql", ...quarkus.map((one) => `-Dquarkus.${one}`)];
  const child = spawn("java", [...flags, ...settings, "-jar", jar], { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => log.push(chunk.toString()));
  process.once("exit", () => child.kill("SIGKILL"));
  const address = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  while (!(await answers(address))) {
    if (child.exitCode !== null) throw new Error(`the registry ended at once: ${log.join("").slice(-4000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const remove = async (signal = "SIGKILL") => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  };
  return { address, remove };
}

async function answers(address) {
  return await fetch(`${address}/subjects`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export async function install() {
  if (registryRig() !== undefined) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const artifact = `-Dartifact=io.apicurio:apicurio-registry-app:${APICURIO}:tar.gz:all`;
  run("mvn", ["-q", "-B", "dependency:copy", artifact, `-DoutputDirectory=${folder}`]);
  run("tar", ["-xzf", archive, "-C", folder]);
  rmSync(archive);
  const { remove } = await launch([`-XX:ArchiveClassesAtExit=${classes}`]);
  await remove("SIGTERM");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const command = process.argv[2];
  if (command === "install") await install();
  else if (command === "start") console.log((await startRegistry()).address);
  else if (command === "env") {
    const found = registryRig();
    if (!found) {
      console.error("the schema registry is not installed: run `npm run rigs`");
      process.exit(3);
    }
    console.log(JSON.stringify(found));
  } else {
    console.error("usage: node rigs/registry.mjs install | start | env");
    process.exit(2);
  }
}
