import { EngineError } from "@sluice/pipelines";

/** What a failure of the client says: what kind of trouble, and the words for it. */
export interface FailureFacts {
  /** `Refused`: trying again will not help. `Passing`: it may. `Lost`: asking again will not help, but to begin the work anew may. */
  readonly kind: "Refused" | "Passing" | "Lost";
  readonly condition: string;
  /** A sentence without its full stop. */
  readonly reason: string;
}

interface RawError {
  readonly code?: string;
  readonly message?: string;
  readonly apiId?: string;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

const FENCED = "another process has begun to write for the same flow";

/** Kafka's errors that waiting does not mend, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: "the user may not do this with the topic",
  GROUP_AUTHORIZATION_FAILED: "the user may not use this consumer group",
  CLUSTER_AUTHORIZATION_FAILED: "the user may not do this on the cluster",
  INVALID_TOPIC_EXCEPTION: "the name of the topic is not valid",
  UNSUPPORTED_VERSION: "the broker is too old for this request",
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: "the user may not write in transactions",
  INVALID_TRANSACTION_TIMEOUT:
    "the broker allows no transaction of this length (transaction.max.timeout.ms): set kafka.transaction.timeout.ms lower",
  PRODUCER_FENCED: FENCED,
  INVALID_PRODUCER_EPOCH: FENCED,
  INVALID_RECORD: "the topic takes no such messages: one that is compacted needs keys",
  POLICY_VIOLATION: "a policy of the broker forbids it",
  INVALID_TIMESTAMP: "the topic takes no messages of this time",
  UNSUPPORTED_COMPRESSION_TYPE: "the broker does not know this compression",
};

/** Kafka's errors that end a transaction. */
const LOSSES: Readonly<Record<string, string>> = {
  INVALID_PRODUCER_ID_MAPPING: "the broker has forgotten the producer, which wrote nothing for long",
  INVALID_TXN_STATE: "the broker has ended the transaction, which took longer than kafka.transaction.timeout.ms",
  OUT_OF_ORDER_SEQUENCE_NUMBER: "the broker has lost messages that it had acknowledged, or the topic was made anew",
  TRANSACTION_ABORTABLE: "the broker has ended the transaction",
  UNKNOWN_PRODUCER_ID: "the broker has forgotten the producer",
};

/** What is wrong, as far as the errors of the client tell: they nest, in `errors` and `cause`. */
export function failureFacts(error: unknown): FailureFacts {
  const parts = flatten(error);
  const texts = parts.map((part) => part.message ?? "");
  if (parts.some((part) => part.code === "PLT_KFK_AUTHENTICATION")) return authentication(parts);
  const refused = parts.map((part) => part.apiId ?? "").find((id) => REFUSALS[id] !== undefined);
  if (refused !== undefined) return { kind: "Refused", condition: `KAFKA_${refused}`, reason: REFUSALS[refused] ?? "" };
  const lost = parts.map((part) => part.apiId ?? "").find((id) => LOSSES[id] !== undefined);
  if (lost !== undefined) return { kind: "Lost", condition: `KAFKA_${lost}`, reason: LOSSES[lost] ?? "" };
  const certificate = parts.find((part) => CERTIFICATE.test(`${part.code} ${part.message}`));
  if (certificate !== undefined) return tls(certificate);
  if (texts.some((one) => WRONG_PROTOCOL.test(one))) return wrongProtocol();
  const last = parts.findLast((part) => part.apiId !== undefined || /^E[A-Z]+$/.test(part.code ?? "")) ?? parts.at(-1);
  const reason = withoutStop(last?.message || last?.code || String(error));
  return { kind: "Passing", condition: "KAFKA_NOT_REACHED", reason };
}

/** Whether an error says that a topic does not exist: in Kafka's words, or in those of the library when Kafka's answer lacks it. */
export function isUnknownTopic(error: unknown): boolean {
  return flatten(error).some(
    (part) => part.apiId === "UNKNOWN_TOPIC_OR_PARTITION" || /^Unknown topic /.test(part.message ?? ""),
  );
}

/** A failure in words for people. `what` says what was being done: `reading topic "orders"`. */
export function toKafkaError(error: unknown, what: string, brokers: readonly string[], waited?: number): EngineError {
  if (error instanceof EngineError) return error;
  const { kind, condition, reason } = failureFacts(error);
  const where = `Kafka at ${brokers.join(", ")}`;
  if (kind === "Refused") {
    return new EngineError(`${where}, ${what}: ${reason}.`, { condition, domain: "user", retry: "never" }, error);
  }
  if (kind === "Lost") {
    const message = `${where}, ${what}: ${reason}. The batch is written again.`;
    return new EngineError(message, { condition, domain: "external", retry: "backoff" }, error);
  }
  const patience = waited === undefined ? "" : ` Waited ${Math.round(waited / 1000)} seconds.`;
  const next = "Check that the broker runs and that this machine reaches it at the addresses it advertises.";
  const message = `${where} did not answer, ${what}: ${reason}.${patience} ${next}`;
  return new EngineError(message, { condition, domain: "external", retry: "backoff" }, error);
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS|ALTNAME|wrong version number|packet length too long/i;
const WRONG_PROTOCOL = /ended while|unexpected correlation|Invalid message length|frame/i;

function authentication(parts: readonly RawError[]): FailureFacts {
  const said = parts.findLast((part) => part.apiId !== undefined)?.message ?? parts.at(-1)?.message ?? "";
  const reason = `the login was refused (${withoutStop(said)}): check user name and password in kafka.sasl.jaas.config, and kafka.sasl.mechanism`;
  return { kind: "Refused", condition: "KAFKA_AUTHENTICATION_FAILED", reason };
}

function tls({ code, message }: RawError): FailureFacts {
  const said = withoutStop(message ?? code ?? "");
  const reason = `no secure connection (${said}): check kafka.security.protocol, the port, and kafka.ssl.truststore.location`;
  return { kind: "Refused", condition: "KAFKA_TLS_FAILED", reason };
}

function wrongProtocol(): FailureFacts {
  const reason = "the answer is not Kafka's: check the port, and kafka.security.protocol";
  return { kind: "Refused", condition: "KAFKA_WRONG_PROTOCOL", reason };
}

function withoutStop(text: string): string {
  return text.trim().replace(/\.$/, "");
}

function flatten(error: unknown): readonly RawError[] {
  if (typeof error !== "object" || error === null) return [];
  const raw = error as RawError;
  return [raw, ...(raw.errors ?? []).flatMap(flatten), ...flatten(raw.cause)];
}
