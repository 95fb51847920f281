// Preloaded into a process under test: kills it, as kill -9 does, right before or after its n-th atomic file operation.
// SLUICE_TEST_CRASH=before:3 | after:3 | count (prints how many there were when the process ends by itself).
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

if (wanted !== undefined) {
  for (const name of ["link", "rename"]) patchPromise(name);
  for (const name of ["linkSync", "renameSync"]) patchSync(name);
  syncBuiltinESMExports();
  if (wanted === "count") process.on("exit", () => process.stderr.write(`\natomic operations: ${operations}\n`));
}
