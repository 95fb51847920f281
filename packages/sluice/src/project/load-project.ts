import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  configurationProblem,
  PipelineError,
  PipelineErrors,
  type PipelineIdentity,
  type PipelineSettings,
  pipelineSettings,
} from "@sluice/pipelines";
import { readSettings } from "./read-settings.ts";
import type { Library, Notification, Settings } from "./settings-schema.ts";

/** A pipeline's folder and its settings, checked and with defaults filled in. */
export interface Project {
  readonly settings: PipelineSettings;
  /** What the settings were made from. */
  readonly identity: PipelineIdentity;
  /** Globs of source files, from the project's folder. */
  readonly libraries: readonly string[];
  /** Who gets mail about what happens to updates. */
  readonly notifications: readonly Notification[];
  /** Where the settings stand, or would stand. */
  readonly settingsFile: string;
}

/** Settings that a command line or program gives; they win over the file's. */
export interface ProjectOverrides {
  /** A path from the current folder, or a URL. */
  readonly storage?: string | undefined;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  /** Whether updates go on until they are stopped. */
  readonly continuous?: boolean | undefined;
  readonly development?: boolean | undefined;
  /** Added to the file's, key by key. */
  readonly configuration?: Readonly<Record<string, string>> | undefined;
}

const DEFAULT_LIBRARIES = ["transformations/**"];

/**
 * Reads the project in a folder: `sluice.yml` if there is one, defaults otherwise.
 *
 * @throws PipelineErrors with everything that is wrong with the folder or its settings.
 */
export async function loadProject(directory: string, overrides: ProjectOverrides = {}): Promise<Project> {
  const projectDir = resolve(directory);
  if (!statSync(projectDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PipelineErrors([new PipelineError("PROJECT_NOT_FOUND", { project: directory })]);
  }
  const settingsFile = join(projectDir, "sluice.yml");
  const read = readSettings(settingsFile);
  const errors = [...read.errors, ...overrideErrors(overrides)];
  if (errors.length > 0) throw new PipelineErrors(errors);
  const { settings } = read;
  const identity = identityOf(projectDir, settings, overrides);
  return {
    settings: pipelineSettings(identity),
    identity,
    libraries: (settings.libraries ?? DEFAULT_LIBRARIES).map(libraryGlob),
    notifications: settings.notifications ?? [],
    settingsFile,
  };
}

function overrideErrors({ configuration = {} }: ProjectOverrides): readonly PipelineError[] {
  return Object.entries(configuration).flatMap(([setting, value]) => {
    const problem = configurationProblem(setting, value);
    return problem === undefined ? [] : [new PipelineError("INVALID_SETTING", { setting, problem })];
  });
}

function identityOf(projectDir: string, settings: Settings, overrides: ProjectOverrides): PipelineIdentity {
  const [catalog, schema] = namespaceOf(settings);
  const storage =
    overrides.storage === undefined
      ? located(projectDir, settings.storage ?? ".sluice")
      : located(process.cwd(), overrides.storage);
  return {
    name: settings.name ?? basename(projectDir),
    projectDir,
    storage,
    ...defined({
      id: settings.id,
      catalog: overrides.catalog ?? catalog,
      schema: overrides.schema ?? schema,
      continuous: overrides.continuous ?? settings.continuous,
      development: overrides.development ?? settings.development,
    }),
    configuration: { ...settings.configuration, ...settings.parameters, ...overrides.configuration },
    mounts: mapValues(settings.mounts ?? {}, (place) => located(projectDir, place)),
  };
}

/** `target: "catalog.schema"` means both, as people write it. */
function namespaceOf(settings: Settings): readonly [string | undefined, string | undefined] {
  const schema = settings.schema ?? settings.target;
  const dot = schema?.indexOf(".") ?? -1;
  if (schema === undefined || dot < 0) return [settings.catalog, schema];
  return [settings.catalog ?? schema.slice(0, dot), schema.slice(dot + 1)];
}

function located(base: string, place: string): string {
  if (place.startsWith("file://")) return fileURLToPath(place);
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(place) ? place.replace(/\/+$/, "") : resolve(base, place);
}

function libraryGlob(library: Library): string {
  if (typeof library === "string") return library;
  return "glob" in library ? library.glob.include : library.file.path;
}

type Defined<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

function defined<Values extends object>(values: Values): Defined<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>;
}

function mapValues(
  values: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
