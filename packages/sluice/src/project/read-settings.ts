import { existsSync, readFileSync } from "node:fs";
import { closestMatch, configurationProblem, PipelineError } from "@sluice/pipelines";
import type { z } from "zod";
import { LATER_SETTINGS, SETTING_NAMES, SETTINGS_SCHEMA, type Settings } from "./settings-schema.ts";
import { parseYaml, type YamlFile } from "./yaml-place.ts";

/** Settings as read, or everything that is wrong with them. */
export interface ReadSettings {
  readonly settings: Settings;
  readonly errors: readonly PipelineError[];
}

/** Reads a settings file; without one, all settings have their defaults. */
export function readSettings(path: string): ReadSettings {
  if (!existsSync(path)) return { settings: {}, errors: [] };
  const file = parseYaml(path, readFileSync(path, "utf8"));
  const faults = file.faults.map(
    ({ message, origin }) => new PipelineError("SETTINGS_NOT_READ", { file: path, problem: message }, { origin }),
  );
  if (faults.length > 0) return { settings: {}, errors: faults };
  const parsed = SETTINGS_SCHEMA.safeParse(file.value ?? {});
  if (!parsed.success)
    return { settings: {}, errors: parsed.error.issues.flatMap((issue) => issueErrors(issue, file)) };
  return { settings: parsed.data, errors: refusals(parsed.data, file) };
}

function issueErrors(issue: z.core.$ZodIssue, file: YamlFile): readonly PipelineError[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, issue.path, file));
  const setting = issue.path.join(".");
  const params = { setting: setting === "" ? "sluice.yml" : setting, problem: problemOf(issue) };
  return [new PipelineError("INVALID_SETTING", params, { origin: file.placeOf(issue.path) })];
}

function unknownKey(key: string, path: readonly PropertyKey[], file: YamlFile): PipelineError {
  const origin = file.placeOf([...path, key]);
  const later = path.length === 0 ? LATER_SETTINGS[key] : undefined;
  if (later !== undefined) {
    return new PipelineError("UNSUPPORTED_FEATURE", { feature: `Setting \`${key}\``, plan: later }, { origin });
  }
  const closest = path.length === 0 ? closestMatch(key, SETTING_NAMES) : undefined;
  const params = { setting: key, of: path.join("."), ...(closest === undefined ? {} : { closest }) };
  return new PipelineError("UNKNOWN_SETTING", params, { origin });
}

function problemOf(issue: z.core.$ZodIssue): string {
  const library = issue.path[0] === "libraries" && issue.code === "invalid_union";
  if (library) return 'write a glob, {glob: {include: "transformations/**"}} or {file: {path: "a.ts"}}.';
  if (issue.code === "too_small") return "it is empty. Give it a value, or leave it out.";
  if (issue.path[0] === "configuration" && issue.code === "invalid_union")
    return "write a text, a number, true or false.";
  return `${issue.message.replace("Invalid input: ", "").replace("record", "object")}.`;
}

function refusals(settings: Settings, file: YamlFile): readonly PipelineError[] {
  const errors: PipelineError[] = [];
  for (const [key, value] of Object.entries(settings.configuration ?? {})) {
    const problem = configurationProblem(key, value);
    const origin = file.placeOf(["configuration", key]);
    if (problem !== undefined) errors.push(new PipelineError("INVALID_SETTING", { setting: key, problem }, { origin }));
  }
  const schema = settings.schema === undefined ? "target" : "schema";
  if ((settings[schema]?.split(".").length ?? 0) > 2) {
    const problem = `"${settings[schema]}" has more than two parts: write schema or catalog.schema.`;
    errors.push(new PipelineError("INVALID_SETTING", { setting: schema, problem }, { origin: file.placeOf([schema]) }));
  }
  if (settings.schema !== undefined && settings.target !== undefined) {
    const problem = "it is the old name of `schema`, which is set too. Keep `schema`.";
    errors.push(
      new PipelineError("INVALID_SETTING", { setting: "target", problem }, { origin: file.placeOf(["target"]) }),
    );
  }
  return errors;
}
