import type { Session } from "@sluice/pipelines";
import type { SessionState } from "./session-state.ts";

/** What holds for one execution that begins now. */
export function executionSession({ conf }: SessionState): Session {
  return { now: BigInt(Date.now()) * 1000n, timeZone: conf.timeZone, ansi: conf.ansi };
}
