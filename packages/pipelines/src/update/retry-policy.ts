import type { EngineError } from "../engine/engine-error.ts";
import { FLOW_RETRIES, UPDATE_RETRIES } from "../graph/configuration-problem.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";

/** How often something is tried again, and after which pauses. */
export interface RetryPolicy {
  /** Tries after the first. */
  readonly retries: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

const FLOW_ATTEMPTS = 2;
const UPDATE_ATTEMPTS = 5;
const DELAYS = { firstDelayMs: 5_000, longestDelayMs: 3_600_000 } as const;

/** How flows are tried again within an update; never in development. */
export function flowRetries(settings: PipelineSettings): RetryPolicy {
  return { ...DELAYS, retries: settings.development ? 0 : attempts(settings, FLOW_RETRIES, FLOW_ATTEMPTS) };
}

/** How failed updates are tried again; never in development, without end when continuous. */
export function updateRetries(settings: PipelineSettings): RetryPolicy {
  const usual = settings.continuous ? Number.POSITIVE_INFINITY : UPDATE_ATTEMPTS;
  return { ...DELAYS, retries: settings.development ? 0 : attempts(settings, UPDATE_RETRIES, usual) };
}

/** Milliseconds to wait before try `attempt`, counted from 2: twice as long each time. */
export function retryDelay(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.firstDelayMs * 2 ** (attempt - 2), policy.longestDelayMs);
}

/** Whether trying again may help: trouble of the world that passes, never a broken rule or a wrong query. */
export function isRetryable(error: unknown): boolean {
  return isEngineError(error) && error.facts.retry === "backoff";
}

function isEngineError(error: unknown): error is EngineError {
  return error instanceof Error && "facts" in error && typeof error.facts === "object" && error.facts !== null;
}

function attempts(settings: PipelineSettings, key: string, usual: number): number {
  const count = Number(settings.configuration[key] ?? usual);
  return Number.isInteger(count) && count >= 0 ? count : usual;
}
