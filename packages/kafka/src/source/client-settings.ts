import { EngineError } from "@sluice/pipelines";
import type { ClientSettings, TlsSettings } from "../client/settings.ts";
import type { KafkaRead } from "../option/kafka-read.ts";
import { loadTls, saslSettings, type TlsOptions } from "../option/security.ts";

/** How a read reaches its cluster. */
export function clientSettings({ brokers, clientId, patienceMs, requestMs, security }: KafkaRead): ClientSettings {
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
