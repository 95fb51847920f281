import { sqlStateOf } from "@sluice/query";

/** A failure while running: whose it is, and whether trying again may help. */
export interface EngineErrorFacts {
  /** Spark's error class where it has one (`CAST_INVALID_INPUT`, `DIVIDE_BY_ZERO`), else one of Sluice's. */
  readonly condition: string;
  /** `user`: the pipeline or its data; `external`: disk, network, another process. */
  readonly domain: "user" | "external";
  readonly retry: "never" | "backoff";
  readonly file?: string;
  /** Row in `file`, from 1. */
  readonly row?: number;
  readonly column?: string;
}

/** Trouble with data or the world during an execution; `cause` is kept. */
export class EngineError extends Error {
  override readonly name: string = "EngineError";
  readonly facts: EngineErrorFacts;

  constructor(message: string, facts: EngineErrorFacts, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.facts = facts;
  }

  /** Spark's error class where it has one. */
  get condition(): string {
    return this.facts.condition;
  }

  /** The SQLSTATE; undefined when the condition is not Spark's. */
  get sqlState(): string | undefined {
    return sqlStateOf(this.facts.condition);
  }
}
