// The independent judges of our tables: PySpark with delta-spark, delta-rs and delta-kernel (chdb), in one Python environment below .rigs/.
//
//   node rigs/judges.mjs install   make the environment if it is not there yet (needs python3 with venv, java 17 or 21, mvn)
//   node rigs/judges.mjs env       print what tests need as JSON, or exit 3 with a word why it is not there
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const PYTHON_PACKAGES = ["pyspark==4.1.3", "deltalake==1.6.6", "chdb==4.4.0", "pyarrow==22.0.0"];
const JARS = [
  "io.delta:delta-spark_4.1_2.13:4.4.0",
  "io.delta:delta-storage:4.4.0",
  "org.apache.spark:spark-avro_2.13:4.1.1",
];

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".rigs");
const done = join(folder, "judges-installed");

/** What tests need: the interpreter and the jars; undefined when the rig is not installed. */
export function judges() {
  if (!existsSync(done) || !JARS.every((artifact) => existsSync(jarOf(artifact)))) return undefined;
  return { python: join(folder, "venv", "bin", "python"), jars: JARS.map(jarOf).join(",") };
}

function jarOf(artifact) {
  const [, name, version] = artifact.split(":");
  return join(folder, "jars", `${name}-${version}.jar`);
}

function run(command, args) {
  execFileSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}

function require(command, args, advice) {
  try {
    execFileSync(command, args, { stdio: "ignore" });
  } catch {
    throw new Error(`${command} is needed for the judges: ${advice}`);
  }
}

export function install() {
  if (judges() !== undefined) return;
  require("python3", ["-c", "import venv, ensurepip"], "install Python 3.10 or later with its venv module");
  require("java", ["-version"], "install a Java 17 or 21 runtime");
  require("mvn", ["-version"], "install Apache Maven");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(done)) {
    run("python3", ["-m", "venv", join(folder, "venv")]);
    run(join(folder, "venv", "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", ...PYTHON_PACKAGES]);
  }
  for (const artifact of JARS.filter((one) => !existsSync(jarOf(one)))) {
    const into = `-DoutputDirectory=${join(folder, "jars")}`;
    run("mvn", ["-q", "-B", "dependency:copy", `-Dartifact=${artifact}`, into]);
  }
  writeFileSync(done, "");
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const command = process.argv[2];
  if (command === "install") install();
  else if (command === "env") {
    const found = judges();
    if (!found) {
      console.error("the judges are not installed: run `npm run rigs`");
      process.exit(3);
    }
    console.log(JSON.stringify(found));
  } else {
    console.error("usage: node rigs/judges.mjs install | env");
    process.exit(2);
  }
}
