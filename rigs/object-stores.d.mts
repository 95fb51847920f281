export type ServerName = "s3" | "gcs" | "azure";

/** Whether a server is installed. */
export function hasServer(name: ServerName): boolean;

/** Starts a server, empty, on a free port. `env` is what programs need to reach it; `stop` ends it and removes what it stored. */
export function startServer(
  name: ServerName,
): Promise<{ readonly port: number; readonly env: Readonly<Record<string, string>>; stop(): Promise<void> }>;

export function install(): void;
