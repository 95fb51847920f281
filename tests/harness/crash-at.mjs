// Preloaded into a process under test: kills it, as kill -9 does, right before or after its n-th atomic file operation.
// SLUICE_TEST_CRASH=before:3 | after:3 | count (prints how many there were when the process ends by itself). before:kafka-26 | after:kafka-26: around the first
// request to a Kafka broker of that number; what was handed to the system before the kill is sent.
import { createRequire, syncBuiltinESMExports } from "node:module";

const require = createRequire(import.meta.url);
const fs = require("node:fs");
const wanted = process.env.SLUICE_TEST_CRASH;
let operations = 0;

function die() {
  process.kill(process.pid, "SIGKILL");
  // The signal is delivered by the kernel at once; nothing below runs.
  for (;;);
}

function reached(moment, operation) {
  return wanted === `${moment}:${operation}`;
}

function patchPromise(name) {
  const original = fs.promises[name];
  fs.promises[name] = async (...args) => {
    const operation = ++operations;
    if (reached("before", operation)) die();
    try {
      return await original(...args);
    } finally {
      if (reached("after", operation)) die();
    }
  };
}

function patchSync(name) {
  const original = fs[name];
  fs[name] = (...args) => {
    const operation = ++operations;
    if (reached("before", operation)) die();
    try {
      return original(...args);
    } finally {
      if (reached("after", operation)) die();
    }
  };
}

function patchSockets(api) {
  const { Socket } = require("node:net");
  const original = Socket.prototype.write;
  Socket.prototype.write = function (chunk, ...args) {
    const isIt = Buffer.isBuffer(chunk) && chunk.length > 8 && chunk.readInt32BE(0) > 8 && chunk.readInt16BE(4) === api;
    if (isIt && wanted.startsWith("before")) die();
    const result = original.call(this, chunk, ...args);
    if (isIt) die();
    return result;
  };
}

if (wanted !== undefined) {
  for (const name of ["link", "rename"]) patchPromise(name);
  for (const name of ["linkSync", "renameSync"]) patchSync(name);
  syncBuiltinESMExports();
  if (wanted.includes("kafka-")) patchSockets(Number(wanted.split("-")[1]));
  if (wanted === "count") process.on("exit", () => process.stderr.write(`\natomic operations: ${operations}\n`));
}
