import { EngineError } from "@sluice/pipelines";
import type { ClientSettings, TlsSettings } from "../client/settings.ts";
import { loadTls, type SecurityOptions, saslSettings, type TlsOptions } from "./security.ts";

/** What reads and writes say of the cluster. */
export interface ClusterOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly patienceMs: number;
  readonly requestMs: number;
  readonly security: SecurityOptions;
}

/** How a read or a write reaches its cluster. */
export function clientSettings({ brokers, clientId, patienceMs, requestMs, security }: ClusterOptions): ClientSettings {
  const { sasl, tls } = security;
  return {
    brokers,
    clientId,
    patienceMs,
    requestMs,
    ...(sasl && { sasl: saslSettings(sasl) }),
    ...(tls && { tls: () => readFiles(tls) }),
  };
}

function readFiles(tls: TlsOptions): TlsSettings {
  try {
    return loadTls(tls);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `A file of the kafka.ssl options cannot be read: ${reason}.`;
    throw new EngineError(message, { condition: "KAFKA_TLS_FAILED", domain: "user", retry: "never" }, error);
  }
}
