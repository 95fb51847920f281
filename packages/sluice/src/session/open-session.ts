import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import type { Engine } from "@sluice/pipelines";
import { ConnectorSet } from "./connector-set.ts";
import { Session } from "./session.ts";
import { SessionConf } from "./session-conf.ts";
import { StreamingQueryManager } from "./stream/query-manager.ts";
import { UnfinishedWork } from "./unfinished-work.ts";

const WAREHOUSE = "spark.sql.warehouse.dir";

/** What a session is opened with. */
export interface SessionOptions {
  /** Settings under Spark's names. `spark.sql.warehouse.dir`: where tables live, `spark-warehouse` in the current folder unless given. */
  readonly conf?: Readonly<Record<string, string | number | boolean>>;
  /** Path prefixes as programs hold them, and the folders that they stand for. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Memory that the engine may use, as DuckDB writes it: "1200MB". More is spilled to disk. */
  readonly memoryLimit?: string;
  /** Processor threads that the engine may use; by default all. */
  readonly threads?: number;
}

/**
 * Opens a session of its own, outside of any pipeline. Arithmetic follows Spark 4's default (`spark.sql.ansi.enabled` is true); times are in UTC unless
 * `spark.sql.session.timeZone` says otherwise. The engine starts with the first statement.
 *
 * @throws QueryError for a setting that cannot be
 */
export function openSession({ conf = {}, mounts = {}, memoryLimit, threads }: SessionOptions = {}): Session {
  const settings = new SessionConf({ "spark.sql.ansi.enabled": true, "spark.sql.session.timeZone": "UTC", ...conf });
  const connectors = new ConnectorSet();
  let engine: Promise<Engine> | undefined;
  const open = (): Promise<Engine> => {
    const { writerSchema } = connectors;
    engine ??= openDuckDbEngine({ writerSchema, ...(memoryLimit && { memoryLimit }), ...(threads && { threads }) });
    return engine;
  };
  const place = { warehouse: folder(settings.get(WAREHOUSE, "spark-warehouse")), projectDir: process.cwd(), mounts };
  const state = {
    engine: open,
    connectors: connectors.byFormat,
    conf: settings,
    place,
    views: new Map(),
    unfinished: new UnfinishedWork(),
    batchViews: new Set<string>(),
    isOfBatches: false,
    streams: new StreamingQueryManager(),
    schema: "default",
  };
  return new Session(state, async () => {
    await connectors.close();
    await (await engine)?.close();
  });
}

function folder(path: string): string {
  if (path.startsWith("file:")) return fileURLToPath(path.replace(/^file:\/*/, "file:///"));
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path) ? path : resolve(path);
}
