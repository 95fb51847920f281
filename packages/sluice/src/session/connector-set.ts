import {
  type Connector,
  type Connectors,
  PipelineError,
  RATE_CONNECTOR,
  RATE_MICRO_BATCH_CONNECTOR,
  type SchemaRegistry,
  SocketConnector,
} from "@sluice/pipelines";
import { alertConnector } from "../notify/alert-connector.ts";
import { loadMailer } from "../notify/send-mail.ts";

/** The connectors that there are: each loaded with its package when a read first asks for it. */
export class ConnectorSet {
  readonly byFormat: Connectors = new Map([
    ["kafka", () => this.#get("kafka", openKafka)],
    ["rate", async () => RATE_CONNECTOR],
    ["rate-micro-batch", async () => RATE_MICRO_BATCH_CONNECTOR],
    ["socket", () => this.#get("socket", async () => new SocketConnector())],
    ["webhook", async () => alertConnector("webhook")],
    ["slack", async () => alertConnector("slack")],
    ["email", () => this.#get("email", openMail)],
  ]);
  readonly #opened = new Map<string, Promise<Connector>>();
  #schemas: SchemaRegistry | undefined;

  /** The schema that messages of an id are written with. Queries that ask have made the connector's registry known before. @throws Error */
  readonly writerSchema: SchemaRegistry["writerSchema"] = (options, id) => {
    if (this.#schemas === undefined) throw new Error("no connector with schema registries was opened");
    return this.#schemas.writerSchema(options, id);
  };

  /** Gives back what connectors hold. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values());
    await Promise.all(opened.map(async (one) => one.status === "fulfilled" && (await one.value.close())));
    this.#opened.clear();
  }

  #get(format: string, open: () => Promise<Connector>): Promise<Connector> {
    const opened = this.#opened.get(format) ?? this.#keep(open());
    this.#opened.set(format, opened);
    return opened;
  }

  async #keep(opening: Promise<Connector>): Promise<Connector> {
    const connector = await opening;
    this.#schemas ??= connector.schemas;
    return connector;
  }
}

async function openMail(): Promise<Connector> {
  await loadMailer();
  return alertConnector("email");
}

async function openKafka(): Promise<Connector> {
  const { openKafka } = await import("@sluice/kafka").catch((cause) => {
    throw new PipelineError("PACKAGE_NOT_INSTALLED", { what: "The format kafka", name: "@sluice/kafka" }, { cause });
  });
  return openKafka();
}
