import { readFile } from "node:fs/promises";
import {
  activeRegistry,
  collectDeclarations,
  type Declarations,
  declareSql,
  fromQueryError,
  isPipelineError,
  isQueryError,
  PipelineError,
} from "@sluice/pipelines";
import { firstForeignPlace } from "@sluice/query";
import type { Project } from "./load-project.ts";
import { ModuleLoader } from "./module-loader.ts";
import { runningPackages } from "./running-packages.ts";
import { isSqlFile, sourceFiles } from "./source-files.ts";
import { SourceSyntaxError } from "./source-syntax-error.ts";

/** What a project's files declare, and what is wrong with them. Errors mean that declarations may be missing. */
export interface EvaluatedSources {
  readonly declarations: Declarations;
  readonly diagnostics: readonly PipelineError[];
}

/** Evaluates a project's source files anew, one after the other in order of their paths. A broken file does not keep the others from being read. */
export async function evaluateSources(project: Project): Promise<EvaluatedSources> {
  const { files, errors } = sourceFiles(project);
  const loader = new ModuleLoader(project.settings.projectDir, await runningPackages());
  const failures = new Map<unknown, readonly PipelineError[]>();
  const statements: PipelineError[] = [];
  const silent: string[] = [];
  const declarations = await collectDeclarations(
    async () => {
      for (const file of files) {
        const before = declared();
        const alreadyLoaded = loader.wasImported(file);
        try {
          const found = await evaluateFile(file, loader);
          statements.push(...found);
          if (declared() === before && !alreadyLoaded && found.length === 0) silent.push(file);
        } catch (error) {
          if (!failures.has(error)) failures.set(error, loadErrors(error, file, loader));
        }
      }
    },
    { configuration: project.settings.configuration },
  );
  const warnings = silent.filter((file) => !loader.wasImported(file)).map(declaredNothing);
  return { declarations, diagnostics: [...errors, ...statements, ...[...failures.values()].flat(), ...warnings] };
}

/** What is wrong with single statements of a file; a file that is wrong as a whole throws. */
async function evaluateFile(file: string, loader: ModuleLoader): Promise<readonly PipelineError[]> {
  if (isSqlFile(file)) return declareSql(await readFile(file, "utf8"), file);
  await loader.load(file);
  return [];
}

function declared(): number {
  const registry = activeRegistry();
  if (registry === undefined) return 0;
  const { datasets, flows, sinks, hooks } = registry;
  return datasets.length + flows.length + sinks.length + hooks.length;
}

function declaredNothing(file: string): PipelineError {
  return new PipelineError("FILE_DECLARED_NOTHING", { file }, { origin: { file, line: 1, column: 1 } });
}

function loadErrors(error: unknown, file: string, loader: ModuleLoader): readonly PipelineError[] {
  if (isPipelineError(error)) return [error];
  const files = loader.files;
  const place = error instanceof Error ? firstForeignPlace(error.stack ?? "", (one) => files.includes(one)) : undefined;
  const origin = error instanceof SourceSyntaxError ? error.origin : (place ?? { file, line: 1, column: 1 });
  if (isQueryError(error)) return fromQueryError(error, undefined, origin);
  const problem = error instanceof Error ? error.message : String(error);
  return [new PipelineError("FILE_NOT_LOADED", { file: origin.file, problem }, { origin, cause: error })];
}
