import { type ChildProcessByStdio, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll } from "vitest";

export const root: string = join(import.meta.dirname, "..", "..");

const BIN = join(root, "packages", "sluice", "dist", "bin.js");
const CRASH = pathToFileURL(join(import.meta.dirname, "crash-at.mjs")).href;

export interface Finished {
  /** The exit code, or null when a signal ended the process. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** `before:N`, `after:N` or `count`, as in crash-at.mjs. */
  readonly crash?: string;
  /** Kills the process after this many milliseconds. */
  readonly killAfterMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts the built command line as a person would, in a process of its own. */
export function start(
  args: readonly string[],
  options: RunOptions = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return startProgram(BIN, args, options);
}

/** Starts a program of JavaScript in a process of its own. */
export function startProgram(
  program: string,
  args: readonly string[],
  options: RunOptions,
): ChildProcessByStdio<null, Readable, Readable> {
  const flags = options.crash === undefined ? [] : ["--import", CRASH];
  return spawn(process.execPath, [...flags, program, ...args], {
    cwd: options.cwd ?? root,
    env: { ...process.env, NO_COLOR: "1", ...(options.crash && { SLUICE_TEST_CRASH: options.crash }), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs the built command line to its end. */
export function sluice(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return runProgram(BIN, args, options);
}

/** Runs a program of JavaScript to its end. */
export function runProgram(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = startProgram(program, args, options);
  const timer =
    options.killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), options.killAfterMs);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

const folders: string[] = [];

afterAll(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A new folder, removed when the tests of the file are done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-test-"));
  folders.push(folder);
  return folder;
}

/** A pipeline's folder with these files, by path; content is text or bytes. */
export async function makeProject(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  return folder;
}

export async function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** A copy of an example, without what its runs made. */
export async function copyExample(name: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(root, "examples", name), folder, {
    recursive: true,
    filter: (path) => !/\/(data|\.sluice)(\/|$)/.test(path.slice(join(root, "examples", name).length)),
  });
  return folder;
}

/** Runs another Node program, such as a data generator, and gives its output; rejects when it fails. */
export function runNode(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(output))));
  });
}

/** The JSON objects of a command run with `--json`. */
export function jsonLines(finished: Finished): readonly Record<string, unknown>[] {
  return finished.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
