import { type Dirent, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { PipelineError } from "@sluice/pipelines";
import { globExpression } from "./glob.ts";
import type { Project } from "./load-project.ts";

/** The files that a project's globs name, absolute and in order of their paths, and what is wrong with the choice. */
export interface SourceFiles {
  readonly files: readonly string[];
  readonly errors: readonly PipelineError[];
}

const LOADABLE = /(?<!\.d|\.test|\.spec)\.(ts|mts|js|mjs|sql)$/i;
const PYTHON = /\.(py|ipynb|scala|r)$/i;
const SKIPPED = new Set(["node_modules", ".git", ".sluice", "__pycache__"]);

/** Finds a project's source files. Tests (`x.test.ts`), type declarations and files of other kinds are passed over; Python files are refused by name. */
export function sourceFiles(project: Project): SourceFiles {
  const { projectDir } = project.settings;
  const patterns = project.libraries.map((pattern) => fromProject(projectDir, pattern));
  const globs = patterns.map(globExpression);
  const listed = new Set(patterns.flatMap((pattern) => listFiles(join(projectDir, folderOf(pattern)))));
  const named = [...listed]
    .map((file) => relative(projectDir, file).split(sep).join("/"))
    .filter((file) => globs.some((glob) => glob.test(file)))
    .sort();
  const files = named.filter((file) => LOADABLE.test(file)).map((file) => join(projectDir, file));
  const refused = named.filter((file) => PYTHON.test(file)).map((file) => otherLanguage(projectDir, file));
  const none = new PipelineError("NO_SOURCE_FILES", { project: projectDir, patterns: project.libraries });
  return { files, errors: files.length + refused.length === 0 ? [none] : refused };
}

/** Whether a source file is SQL, and not TypeScript or JavaScript. */
export function isSqlFile(file: string): boolean {
  return file.toLowerCase().endsWith(".sql");
}

function otherLanguage(projectDir: string, file: string): PipelineError {
  const what = file.toLowerCase().endsWith(".ipynb") ? "The Jupyter notebook" : "The source file";
  const plan =
    "Write its datasets in SQL, or in a .ts file: `dlt.table`, `spark.readStream` and the functions have PySpark's names in camelCase. Files that are no source of the pipeline are left out by `libraries:` in sluice.yml.";
  const params = { feature: `${what} "${file}"`, plan };
  return new PipelineError("UNSUPPORTED_FEATURE", params, {
    origin: { file: join(projectDir, file), line: 1, column: 1 },
  });
}

function fromProject(projectDir: string, pattern: string): string {
  const path = pattern.startsWith(`${projectDir}/`) ? pattern.slice(projectDir.length + 1) : pattern;
  return path.replace(/^\.\//, "");
}

/** The folder that all files of a pattern lie in: its leading parts without wildcards. */
function folderOf(pattern: string): string {
  const folders = pattern.split("/").slice(0, -1);
  const wild = folders.findIndex((part) => /[*?{]/.test(part));
  return folders.slice(0, wild === -1 ? folders.length : wild).join("/");
}

function listFiles(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(join(folder, entry.name));
    return entry.isFile() || entry.isSymbolicLink() ? [join(folder, entry.name)] : [];
  });
}

/** What lies in a folder; nothing when it is none, or is gone by now. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}
