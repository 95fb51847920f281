import type {
  Connector,
  ConnectorSink,
  ConnectorSinkContext,
  ConnectorSinkStreamContext,
  SinkRows,
  SinkWriter,
} from "@sluice/pipelines";
import { PipelineError } from "@sluice/pipelines";
import type { StructType } from "@sluice/query";
import { type AlertOptions, type AlertPlace, alertOptions } from "./alert-options.ts";
import { type Alert, AlertWriter, type TellAlerts, tellRows } from "./alert-writer.ts";
import { postJson } from "./post-json.ts";
import { withSecrets } from "./secrets.ts";
import { sendMail } from "./send-mail.ts";

/** Tells rows to people and programs. It is written only. */
export function alertConnector(kind: AlertPlace["kind"]): Connector {
  return {
    resolve: () => {
      const plan = `It is a sink: name it in dlt.createSink(name, "${kind}", {..}).`;
      return {
        errors: [new PipelineError("UNSUPPORTED_FEATURE", { feature: `Reading "${kind}"`, plan })],
        warnings: [],
      };
    },
    resolveSink: (declaration) => {
      const { value, errors } = alertOptions(kind, declaration);
      return { ...(value && { sink: new AlertSink(value) }), errors, warnings: [] };
    },
    close: async () => {},
  };
}

class AlertSink implements ConnectorSink {
  readonly description: string;
  readonly #options: AlertOptions;

  constructor(options: AlertOptions) {
    const { kind } = options.place;
    this.description = `${kind[0]?.toUpperCase()}${kind.slice(1)}Sink[${options.sink}]`;
    this.#options = options;
  }

  check({ fields }: StructType): readonly string[] {
    const { key, sink } = this.#options;
    if (key === undefined || fields.some(({ name }) => name.toLowerCase() === key.toLowerCase())) return [];
    return [`The rows have no column "${key}", which is the key of the sink "${sink}"`];
  }

  open(context: ConnectorSinkStreamContext): SinkWriter {
    return new AlertWriter(this.#options, teller(this.#options), context);
  }

  async append(rows: SinkRows, context: ConnectorSinkContext): Promise<void> {
    await tellRows(rows, this.#options, teller(this.#options), context);
  }
}

function teller({ place, sink, timeoutMs }: AlertOptions): TellAlerts {
  switch (place.kind) {
    case "webhook": {
      const headers = Object.fromEntries(
        Object.entries(place.headers).map(([name, value]) => [name, withSecrets(value)]),
      );
      return (alerts, id, signal) =>
        postJson(
          { sink, alerts },
          { url: withSecrets(place.url), headers: { ...headers, "idempotency-key": id }, timeoutMs },
          signal,
        );
    }
    case "slack":
      return (alerts, _id, signal) =>
        postJson({ text: textOf(alerts, slackText) }, { url: withSecrets(place.url), headers: {}, timeoutMs }, signal);
    case "email":
      return (alerts) => sendMail({ ...place, text: textOf(alerts, (text) => text) }, timeoutMs);
  }
}

/** A line for each alert: its column `message` if it has one that is not NULL, else all of its columns. */
function textOf(alerts: readonly Alert[], escaped: (text: string) => string): string {
  return alerts.map((alert) => escaped(lineOf(alert))).join("\n");
}

function lineOf(alert: Alert): string {
  const message = alert["message"];
  if (typeof message === "string") return message;
  return Object.entries(alert)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}

/** Slack reads `&`, `<` and `>` as markup. */
function slackText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
