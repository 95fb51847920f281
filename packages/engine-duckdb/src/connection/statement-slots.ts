import { Slots } from "@sluice/pipelines";

/** Node's own default. */
const POOL_THREADS = 4;

/**
 * Turns of statements: each holds a thread of Node's pool for as long as it runs. One is left to files and names of hosts, on which commits, leases and
 * connections wait, and statements that ask a schema registry.
 */
export const statementSlots: Slots = new Slots(Number(process.env["UV_THREADPOOL_SIZE"] ?? POOL_THREADS) - 1);
