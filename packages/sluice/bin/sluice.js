#!/usr/bin/env node
// npm links programs when it installs, before the first build: what it links must be there then.
import module from "node:module";

// From Node 22 on compiled code is kept from one run to the next; NODE_COMPILE_CACHE says where, NODE_DISABLE_COMPILE_CACHE=1 that it is not.
module.enableCompileCache?.();
await import("../dist/bin.js");
