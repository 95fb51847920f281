// Servers that speak like object stores, from package registries, below .rigs/: versitygw (S3), fake-gcs-server (GCS) and Azurite (Azure Blob Storage).
//
//   node rigs/object-stores.mjs install               build or fetch them once (needs go 1.24 or later, and npm)
//   node rigs/object-stores.mjs start [s3|gcs|azure]  run one, empty, in the foreground until Ctrl-C; prints the environment that reaches it
//   node rigs/object-stores.mjs env                   print the servers that are installed as JSON, or exit 3 with a word why none is
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", ".rigs", "object-stores");
const bin = join(folder, "bin");
const AZURITE = "3.35.0"; // the last one for Node 20

const SERVERS = {
  s3: {
    program: join(bin, "versitygw"),
    install: () => goInstall("github.com/versity/versitygw/cmd/versitygw@v1.8.0"),
    command: (port, data) => ["--port", `127.0.0.1:${port}`, "--quiet", "posix", data],
    env: { ROOT_ACCESS_KEY: "sluice", ROOT_SECRET_KEY: "sluice-secret" },
    clientEnv: (port) => ({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "sluice",
      AWS_SECRET_ACCESS_KEY: "sluice-secret",
      AWS_REGION: "us-east-1",
    }),
  },
  gcs: {
    program: join(bin, "fake-gcs-server"),
    install: () => goInstall("github.com/fsouza/fake-gcs-server@v1.56.1"),
    command: (port) => {
      const address = `127.0.0.1:${port}`;
      const host = ["-scheme", "http", "-host", "127.0.0.1", "-port", String(port), "-public-host", address];
      return [...host, "-external-url", `http://${address}`, "-backend", "memory", "-log-level", "error"];
    },
    env: {},
    clientEnv: (port) => ({ STORAGE_EMULATOR_HOST: `http://127.0.0.1:${port}` }),
  },
  azure: {
    program: join(folder, "azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js"),
    install: () => npmInstall(`azurite@${AZURITE}`, join(folder, "azurite")),
    command: (port) => {
      const host = ["--blobHost", "127.0.0.1", "--blobPort", String(port)];
      return ["--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", ...host];
    },
    env: {},
    clientEnv: (port) => ({ AZURE_STORAGE_CONNECTION_STRING: azuriteConnection(port) }),
  },
};

/** The account that every Azurite has. */
function azuriteConnection(port) {
  const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
  const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
  return `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};BlobEndpoint=${endpoint};`;
}

/** Whether a server is installed. */
export function hasServer(name) {
  return existsSync(SERVERS[name].program);
}

/** Starts a server, empty, on a free port. `env` is what programs need to reach it; `stop` ends it and removes what it stored. */
export async function startServer(name) {
  const { program, command, env, clientEnv } = SERVERS[name];
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  const args = command(port, data);
  const [file, all] = program.endsWith(".js") ? [process.execPath, [program, ...args]] : [program, args];
  const child = spawn(file, all, { cwd: data, env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  const log = [];
  child.stderr.on("data", (chunk) => log.push(chunk));
  process.once("exit", () => child.kill());
  await answering(port, child, log);
  return { port, env: clientEnv(port), stop: () => stop(child, data) };
}

async function stop(child, data) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
}

async function answering(port, child, log) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended at once: ${Buffer.concat(log)}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGKILL");
  throw new Error(`the server does not answer: ${Buffer.concat(log)}`);
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function install() {
  for (const { program, install } of Object.values(SERVERS)) if (!existsSync(program)) install();
}

function goInstall(what) {
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
  } catch {
    throw new Error("go is needed for the object-store servers: install Go 1.24 or later");
  }
  mkdirSync(bin, { recursive: true });
  const env = { ...process.env, GOBIN: bin, CGO_ENABLED: "0" };
  execFileSync("go", ["install", what], { env, stdio: ["ignore", "ignore", "inherit"] });
}

function npmInstall(what, prefix) {
  mkdirSync(prefix, { recursive: true });
  const flags = ["--no-audit", "--no-fund", "--loglevel=error", "--no-save"];
  execFileSync("npm", ["install", "--prefix", prefix, ...flags, what], { stdio: ["ignore", "ignore", "inherit"] });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [command, name = "s3"] = process.argv.slice(2);
  if (command === "install") install();
  else if (command === "start" && name in SERVERS) {
    const { env } = await startServer(name);
    console.log(
      Object.entries(env)
        .map(([key, value]) => `export ${key}='${value}'`)
        .join("\n"),
    );
    process.once("SIGINT", () => process.exit(0)).once("SIGTERM", () => process.exit(0));
  } else if (command === "env") {
    const found = Object.keys(SERVERS).filter(hasServer);
    if (found.length === 0) {
      console.error("no object-store server is installed: run `npm run rigs`");
      process.exit(3);
    }
    console.log(JSON.stringify(found));
  } else {
    console.error("usage: node rigs/object-stores.mjs install | start [s3|gcs|azure] | env");
    process.exit(2);
  }
}
