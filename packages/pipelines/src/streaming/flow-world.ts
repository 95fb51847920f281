import type { Engine, Session } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { WatermarkPolicy } from "../stateful/watermark.ts";
import type { FileListingReport } from "./open-stream-source.ts";

/** What running a flow needs of the world. */
export interface FlowWorld {
  readonly engine: Engine;
  readonly store: FileStore;
  /** The session of an execution that begins now. */
  readonly session: () => Session;
  readonly nullIsViolation: boolean;
  readonly watermarkPolicy: WatermarkPolicy;
  /** Goes into the history of the tables and to the rows that broke a rule. */
  readonly updateId: string;
  readonly signal?: AbortSignal;
  readonly listed?: (listing: FileListingReport) => void;
  /** What a person does to begin a flow again from its sources, as a sentence; absent: a full refresh. */
  readonly startOver?: string;
  /** Whether reports say how many rows each source gave. */
  readonly countsInput?: boolean;
  /** Opens the folder of a source's schema versions (absent: new fields are rescued), and object stores that files are read from. */
  readonly openStore?: (root: string) => FileStore;
}
