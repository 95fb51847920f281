#!/usr/bin/env node
// npm links programs when it installs, before the first build: what it links must be there then.
const { enableCompileCache } = require("node:module");
const { availableParallelism } = require("node:os");

// Flows at work hold a thread of Node's pool each, files and connections need some too. Node reads this once, and modules of the other kind have begun to use the pool before their first line.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism()) + 4);
// From Node 22 on compiled code is kept from one run to the next; NODE_COMPILE_CACHE says where, NODE_DISABLE_COMPILE_CACHE=1 that it is not.
enableCompileCache?.();
void import("../dist/bin.js");
