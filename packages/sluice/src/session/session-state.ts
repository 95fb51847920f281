import type { Connectors, Engine } from "@sluice/pipelines";
import type { Relation } from "@sluice/query";
import type { PipelineTies } from "./pipeline-ties.ts";
import type { SessionConf } from "./session-conf.ts";
import type { StreamingQueryManager } from "./stream/query-manager.ts";
import type { UnfinishedWork } from "./unfinished-work.ts";

/** A view that lives as long as the session. */
interface TemporaryView {
  readonly name: string;
  readonly relation: Relation;
}

/** Where the names and paths of a session lead. */
export interface SessionPlace {
  readonly catalog?: string;
  /** Folder or URL of the tables: `<warehouse>/<schema>/<table>`. */
  readonly warehouse: string;
  /** Absolute folder that relative paths are counted from. */
  readonly projectDir: string;
  readonly mounts: Readonly<Record<string, string>>;
}

/** What a session is while it lasts; statements change it. */
export interface SessionState {
  readonly engine: () => Promise<Engine>;
  /** Sources that other packages bring. */
  readonly connectors?: Connectors;
  readonly conf: SessionConf;
  readonly place: SessionPlace;
  /** By name in lower case. */
  readonly views: Map<string, TemporaryView>;
  readonly unfinished: UnfinishedWork;
  /** The names of views, in lower case, that batches of streaming queries have made in sessions of their own. */
  readonly batchViews: Set<string>;
  /** Whether the session is that of the batches of one query. */
  readonly isOfBatches: boolean;
  /** The schema of names without one; `USE` changes it. */
  schema: string;
  /** Its streaming queries. */
  readonly streams: StreamingQueryManager;
  /** What a session of a pipeline knows beyond tables. */
  readonly pipeline?: PipelineTies;
}
