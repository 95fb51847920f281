import { setTimeout as delay } from "node:timers/promises";
import type {
  ConnectorSinkContext,
  ConnectorSinkStreamContext,
  QueryResult,
  SinkBatch,
  SinkRows,
  SinkWriter,
} from "@sluice/pipelines";
import { jsonValue } from "../render/value.ts";
import type { AlertOptions } from "./alert-options.ts";
import { AlertMemory, type AlertState } from "./alert-state.ts";

/** A row of a flow, as JSON has it. */
export type Alert = Readonly<Record<string, unknown>>;

/** Tells alerts to a place, in one message. @throws EngineError */
export type TellAlerts = (alerts: readonly Alert[], id: string, signal?: AbortSignal) => Promise<void>;

const FIRST_PAUSE_MS = 500;

/**
 * Tells the rows of batches, so many in a message. After each message it is noted how far the batch is: after a failure or crash the rest is told, and a
 * message comes twice only when the process dies between the two.
 */
export class AlertWriter implements SinkWriter {
  readonly #options: AlertOptions;
  readonly #tell: TellAlerts;
  readonly #context: ConnectorSinkStreamContext;
  readonly #memory: AlertMemory;

  constructor(options: AlertOptions, tell: TellAlerts, context: ConnectorSinkStreamContext) {
    this.#options = options;
    this.#tell = tell;
    this.#context = context;
    this.#memory = new AlertMemory(context.store, context.folder);
  }

  async write(batch: SinkBatch, signal?: AbortSignal): Promise<void> {
    if (batch.isEmpty) return;
    const alerts = await alertsOf(batch, this.#context, signal);
    const now = Number(batch.session.now / 1000n);
    let state = await this.#memory.begin(batch.stream, batch.batch);
    while (state.rows < alerts.length) {
      const next = nextMessage(alerts, state, now, this.#options);
      const id = `${batch.stream}/${batch.batch}/${state.rows}`;
      if (next.alerts.length > 0) await retrying(() => this.#tell(next.alerts, id, signal), this.#options, signal);
      state = next.state;
      await this.#memory.keep(state);
    }
  }
}

/** Tells rows outside of any flow: all of them, whatever was told before. */
export async function tellRows(
  rows: SinkRows,
  options: AlertOptions,
  tell: TellAlerts,
  context: ConnectorSinkContext,
): Promise<void> {
  const alerts = await alertsOf(rows, context, context.signal);
  for (let at = 0; at < alerts.length; at += options.maxAlerts) {
    const message = alerts.slice(at, at + options.maxAlerts);
    await retrying(() => tell(message, crypto.randomUUID(), context.signal), options, context.signal);
  }
}

/** The alerts of the next message, those left out that were told a short while ago, and the state once it is told. */
function nextMessage(
  alerts: readonly Alert[],
  state: AlertState,
  now: number,
  { key, throttleMs, maxAlerts }: Pick<AlertOptions, "key" | "throttleMs" | "maxAlerts">,
): { readonly alerts: readonly Alert[]; readonly state: AlertState } {
  const told = new Map(Object.entries(state.told).filter(([, at]) => now - at < throttleMs));
  const message: Alert[] = [];
  let rows = state.rows;
  for (; rows < alerts.length && message.length < maxAlerts; rows += 1) {
    const alert = alerts[rows] ?? {};
    const value = key === undefined ? undefined : JSON.stringify(keyOf(alert, key));
    if (value !== undefined && told.has(value)) continue;
    if (value !== undefined) told.set(value, now);
    message.push(alert);
  }
  return { alerts: message, state: { ...state, rows, told: Object.fromEntries(told) } };
}

function keyOf(alert: Alert, column: string): unknown {
  const name = Object.keys(alert).find((one) => one.toLowerCase() === column.toLowerCase());
  return name === undefined ? null : alert[name];
}

async function alertsOf(
  { plan, inputs, session }: SinkRows,
  { engine }: ConnectorSinkContext,
  signal: AbortSignal | undefined,
): Promise<readonly Alert[]> {
  const { schema, rows }: QueryResult = await engine.query(plan, inputs, session, signal ? { signal } : {});
  return rows.map((row) =>
    Object.fromEntries(schema.fields.map(({ name, dataType }, i) => [name, jsonValue(row[i] ?? null, dataType)])),
  );
}

async function retrying(work: () => Promise<void>, { maxRetries }: AlertOptions, signal?: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt >= maxRetries || !mayPass(error)) throw error;
      await delay(FIRST_PAUSE_MS * 2 ** attempt, undefined, signal ? { signal } : {});
    }
  }
}

function mayPass(error: unknown): boolean {
  return error instanceof Error && (error as { facts?: { retry?: string } }).facts?.retry === "backoff";
}
