import { z } from "zod";

const text = z.string().min(1);
const optionText = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const library = z.union([
  text,
  z.strictObject({ glob: z.strictObject({ include: text }) }),
  z.strictObject({ file: z.strictObject({ path: text }) }),
]);
const notification = z.strictObject({
  email_recipients: z.array(z.email()).min(1),
  alerts: z
    .array(z.enum(["on-update-success", "on-update-failure", "on-update-fatal-failure", "on-flow-failure"]))
    .min(1),
});

/** The settings of `sluice.yml`, under the field names of a Databricks pipeline. Unknown keys are refused. */
export const SETTINGS_SCHEMA: z.ZodType<Settings> = z.strictObject({
  name: text.optional(),
  id: text.optional(),
  catalog: text.optional(),
  schema: text.optional(),
  target: text.optional(),
  storage: text.optional(),
  libraries: z.array(library).min(1).optional(),
  configuration: z.record(text, optionText).optional(),
  parameters: z.record(text, optionText).optional(),
  continuous: z.boolean().optional(),
  development: z.boolean().optional(),
  mounts: z.record(text, text).optional(),
  notifications: z.array(notification).optional(),
});

/** What `sluice.yml` may say; everything has a default. */
export interface Settings {
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  readonly catalog?: string | undefined;
  readonly schema?: string | undefined;
  /** The old name of `schema`. */
  readonly target?: string | undefined;
  /** A path from the project's folder, or a URL. */
  readonly storage?: string | undefined;
  readonly libraries?: readonly Library[] | undefined;
  readonly configuration?: Readonly<Record<string, string>> | undefined;
  /** Values of `:name` in SQL files; they stand beside the configuration and win over it. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly continuous?: boolean | undefined;
  readonly development?: boolean | undefined;
  readonly mounts?: Readonly<Record<string, string>> | undefined;
  readonly notifications?: readonly Notification[] | undefined;
}

/** Who gets mail about what. */
export interface Notification {
  readonly email_recipients: readonly string[];
  readonly alerts: readonly (
    | "on-update-success"
    | "on-update-failure"
    | "on-update-fatal-failure"
    | "on-flow-failure"
  )[];
}

/** Where source files are: a glob (also as a text alone) or one file. */
export type Library =
  | string
  | { readonly glob: { readonly include: string } }
  | { readonly file: { readonly path: string } };

/** The keys of settings, for suggestions. */
export const SETTING_NAMES: readonly string[] = [
  ...["name", "id", "catalog", "schema", "target", "storage", "libraries"],
  ...["configuration", "parameters", "continuous", "development", "mounts", "notifications"],
];

const HERE = "Sluice runs the pipeline on this machine: leave it out.";

/** Settings of Databricks that mean nothing here yet, and what to do about them. */
export const LATER_SETTINGS: Readonly<Record<string, string>> = {
  clusters: HERE,
  photon: HERE,
  serverless: HERE,
  channel: HERE,
  edition: HERE,
  environment: HERE,
  run_as: HERE,
  budget_policy_id: HERE,
  trigger: "Schedules are not there yet: start `sluice run` from cron or a CI job.",
  filters: "Name the source files under `libraries:` with globs.",
  event_log: "The event log is a table below the pipeline's storage: leave it out.",
  permissions: HERE,
  tags: "Leave it out: tags are not kept yet.",
};
