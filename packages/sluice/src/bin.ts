#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { main } from "./command/main.ts";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};
// A reader that has seen enough, such as `| head`, closes the pipe: end as a program does that SIGPIPE ends.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(141);
  throw error;
});
process.exitCode = await main(process.argv.slice(2), manifest.version);
