import { openStore } from "@sluice/delta";
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import { type Clock, type Engine, type OpenStore, SYSTEM_CLOCK } from "@sluice/pipelines";
import { notificationHooks } from "../notify/notification-hooks.ts";
import { type EvaluatedSources, evaluateSources } from "../project/evaluate-sources.ts";
import type { Project } from "../project/load-project.ts";
import { ConnectorSet } from "./connector-set.ts";

/** What a pipeline acts on and with. */
export interface PipelineWorld {
  readonly clock: Clock;
  readonly openStore: OpenStore;
  readonly openEngine: (options: Parameters<typeof openDuckDbEngine>[0]) => Promise<Engine>;
  readonly connectors: Pick<ConnectorSet, "byFormat" | "writerSchema" | "close">;
  /** Hears of events that could not be kept; by default a warning of the process. */
  readonly onEventLogTrouble?: (error: unknown) => void;
  /** What the pipeline's files declare, read anew. */
  readonly evaluate: (project: Project) => Promise<EvaluatedSources>;
}

/** The machine's clock, DuckDB, folders and object stores, the installed connectors, the project's files. */
export function realWorld(): PipelineWorld {
  return {
    clock: SYSTEM_CLOCK,
    openStore,
    openEngine: openDuckDbEngine,
    connectors: new ConnectorSet(),
    evaluate: async (project) => {
      const { declarations, diagnostics } = await evaluateSources(project);
      const hooks = [...declarations.hooks, ...notificationHooks(project.notifications, project.settingsFile)];
      return { declarations: { ...declarations, hooks }, diagnostics };
    },
  };
}
