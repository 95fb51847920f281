import { readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { PipelineError } from "@sluice/pipelines";
import { globExpression } from "./glob.ts";
import type { Project } from "./load-project.ts";

/** The files that a project's globs name, absolute and in order of their paths, and what is wrong with the choice. */
export interface SourceFiles {
  readonly files: readonly string[];
  readonly errors: readonly PipelineError[];
}

const LOADABLE = /(?<!\.d|\.test|\.spec)\.(ts|mts|js|mjs)$/;
const SKIPPED = new Set(["node_modules", ".git", ".sluice"]);

/** Finds a project's source files. Tests (`x.test.ts`), type declarations and files of other kinds are passed over; SQL files are refused by name. */
export function sourceFiles(project: Project): SourceFiles {
  const { projectDir } = project.settings;
  const globs = project.libraries.map((pattern) => globExpression(fromProject(projectDir, pattern)));
  const named = listFiles(projectDir)
    .map((file) => relative(projectDir, file).split(sep).join("/"))
    .filter((file) => globs.some((glob) => glob.test(file)))
    .sort();
  const files = named.filter((file) => LOADABLE.test(file)).map((file) => join(projectDir, file));
  const sql = named.filter((file) => file.toLowerCase().endsWith(".sql")).map((file) => sqlRefused(projectDir, file));
  const none = new PipelineError("NO_SOURCE_FILES", { project: projectDir, patterns: project.libraries });
  return { files, errors: files.length + sql.length === 0 ? [none] : sql };
}

function sqlRefused(projectDir: string, file: string): PipelineError {
  const plan =
    'SQL pipelines come next: until then declare it in a .ts file, with spark.sql("SELECT ...") as its query.';
  const params = { feature: `The SQL file "${file}"`, plan };
  return new PipelineError("UNSUPPORTED_FEATURE", params, {
    origin: { file: join(projectDir, file), line: 1, column: 1 },
  });
}

function fromProject(projectDir: string, pattern: string): string {
  const path = pattern.startsWith(`${projectDir}/`) ? pattern.slice(projectDir.length + 1) : pattern;
  return path.replace(/^\.\//, "");
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(join(folder, entry.name));
    return entry.isFile() || entry.isSymbolicLink() ? [join(folder, entry.name)] : [];
  });
}
