/** The folder of the log below a table's folder. */
export const LOG_FOLDER = "_delta_log";

/** What a file of the log is, by its name. */
export type LogFileName =
  | { readonly kind: "Commit"; readonly version: number }
  | { readonly kind: "ClassicCheckpoint"; readonly version: number }
  | { readonly kind: "CheckpointPart"; readonly version: number; readonly part: number; readonly parts: number }
  | { readonly kind: "V2Checkpoint"; readonly version: number; readonly format: "json" | "parquet" };

const NAME = new RegExp(
  `^${LOG_FOLDER}/(\\d{20})\\.(?:(json)|(checkpoint)\\.(?:(?:(\\d{10})\\.(\\d{10})\\.)|([0-9a-fA-F-]{36})\\.)?(json|parquet))$`,
);

/** The path of a commit, relative to the table's folder. */
export function commitPath(version: number): string {
  return `${LOG_FOLDER}/${padVersion(version)}.json`;
}

/** The path of a classic checkpoint in one file. */
export function checkpointPath(version: number): string {
  return `${LOG_FOLDER}/${padVersion(version)}.checkpoint.parquet`;
}

/** The file that names the newest checkpoint. A hint only: it may be missing, stale or wrong. */
export const LAST_CHECKPOINT_PATH: string = `${LOG_FOLDER}/_last_checkpoint`;

/** A version as file names have it: twenty digits. */
export function padVersion(version: number): string {
  return String(version).padStart(20, "0");
}

/** What a path relative to the table's folder names; undefined for everything that is no commit and no checkpoint. */
export function parseLogPath(path: string): LogFileName | undefined {
  const match = NAME.exec(path);
  if (match === null) return undefined;
  const [, digits, commit, , part, parts, uuid, format] = match;
  const version = Number(digits);
  if (commit !== undefined) return { kind: "Commit", version };
  if (uuid !== undefined) return { kind: "V2Checkpoint", version, format: format === "json" ? "json" : "parquet" };
  if (format !== "parquet") return undefined;
  if (part !== undefined) return { kind: "CheckpointPart", version, part: Number(part), parts: Number(parts) };
  return { kind: "ClassicCheckpoint", version };
}
