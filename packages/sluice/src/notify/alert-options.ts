import {
  type ConnectorSinkResolution,
  checkShape,
  type OptionTable,
  optionError,
  PipelineError,
  ReaderOptions,
  type SinkDeclaration,
  shapeOf,
} from "@sluice/pipelines";
import { missingSecrets, namesSecret } from "./secrets.ts";
import { SMTP_FROM, SMTP_URL } from "./send-mail.ts";

/** How alerts are told to a place. */
export type AlertPlace =
  | { readonly kind: "webhook"; readonly url: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: "slack"; readonly url: string }
  | { readonly kind: "email"; readonly to: readonly string[]; readonly from?: string; readonly subject: string };

/** A sink of alerts, understood. Texts may name secrets. */
export interface AlertOptions {
  readonly sink: string;
  readonly place: AlertPlace;
  /** The column whose values are told once within `throttleMs`; absent: every row is told. */
  readonly key?: string;
  readonly throttleMs: number;
  /** Alerts in one message, at most. */
  readonly maxAlerts: number;
  /** Tries after the first, for trouble that may pass. */
  readonly maxRetries: number;
  readonly timeoutMs: number;
}

const HOUR_MS = 3_600_000;
const COMMON = ["key", "throttle", "maxAlerts", "maxRetries", "timeout"] as const;
const OWN = { webhook: ["url"], slack: ["url"], email: ["to", "from", "subject"] } as const;
const SHAPES: OptionTable = {
  throttle: { kind: "Interval" },
  maxAlerts: { kind: "Count" },
  maxRetries: { kind: "Count" },
  timeout: { kind: "Interval" },
};
const HEADER = /^header\./i;
const CONFIDENTIAL = /auth|token|key|secret|cookie/i;

/** The options of a sink of alerts, or all that is wrong with them. */
export function alertOptions(
  kind: AlertPlace["kind"],
  { name, options, origin }: SinkDeclaration,
): { readonly value?: AlertOptions; readonly errors: ConnectorSinkResolution["errors"] } {
  const where = `The ${kind} sink "${name}"`;
  const given = new ReaderOptions(options);
  const errors = [
    ...Object.entries(options).flatMap(([option, value]) => wrongOption(kind, option, value, where, origin)),
    ...missing(kind, given, where, origin),
  ];
  if (errors.length > 0) return { errors };
  const key = given.get("key");
  const value = {
    sink: name,
    place: placeOf(kind, name, given, options),
    ...(key !== undefined && { key }),
    throttleMs: given.interval("throttle") ?? HOUR_MS,
    maxAlerts: given.count("maxAlerts") ?? 20,
    maxRetries: given.count("maxRetries") ?? 3,
    timeoutMs: given.interval("timeout") ?? 10_000,
  };
  return { value, errors };
}

function placeOf(
  kind: AlertPlace["kind"],
  name: string,
  given: ReaderOptions,
  options: Readonly<Record<string, string>>,
): AlertPlace {
  const url = given.get("url") ?? "";
  if (kind === "slack") return { kind, url };
  if (kind === "webhook") {
    const headers = Object.entries(options).filter(([option]) => HEADER.test(option));
    return {
      kind,
      url,
      headers: Object.fromEntries(headers.map(([option, value]) => [option.replace(HEADER, ""), value])),
    };
  }
  const from = given.get("from");
  const to = (given.get("to") ?? "").split(/[,;]/).map((one) => one.trim());
  return {
    kind,
    to: to.filter((one) => one !== ""),
    ...(from !== undefined && { from }),
    subject: given.get("subject") ?? `Alerts: ${name}`,
  };
}

function wrongOption(
  kind: AlertPlace["kind"],
  option: string,
  value: string,
  where: string,
  origin: SinkDeclaration["origin"],
): readonly PipelineError[] {
  const known: readonly string[] = [...OWN[kind], ...COMMON];
  const bad = (shown: string, expected: string): PipelineError =>
    optionError({ kind: "BadValue", option, value: shown, expected }, where, origin);
  const isHeader = kind === "webhook" && HEADER.test(option);
  if (!isHeader && !known.some((one) => one.toLowerCase() === option.toLowerCase())) {
    return [optionError({ kind: "Unknown", option, known }, where, origin)];
  }
  const absent = missingSecrets(value);
  if (absent.length > 0) return [bad(value, `there: the environment does not hold ${absent.join(", ")}`)];
  const isConfidential = isHeader ? CONFIDENTIAL.test(option) : kind === "slack" && option.toLowerCase() === "url";
  if (isConfidential && !namesSecret(value))
    return [bad("(hidden)", 'the name of a secret, as "{{secrets/ops/slack-hook}}"')];
  if (option.toLowerCase() === "url" && !namesSecret(value) && !/^https?:\/\/[^\s/@]+(\/|$)/i.test(value)) {
    return [bad("(hidden)", "an address as https://host/path, without a login")];
  }
  const shape = shapeOf(SHAPES, option);
  return shape === undefined
    ? []
    : checkShape(option, value, shape).map((mistake) => optionError(mistake, where, origin));
}

function missing(
  kind: AlertPlace["kind"],
  given: ReaderOptions,
  where: string,
  origin: SinkDeclaration["origin"],
): readonly PipelineError[] {
  const lacks = (option: string, example: string): readonly PipelineError[] =>
    (given.get(option) ?? "") === ""
      ? [new PipelineError("MISSING_OPTION", { where, option, example }, { origin })]
      : [];
  if (kind !== "email") return lacks("url", '"{{secrets/ops/hook}}"');
  const server = process.env[SMTP_URL]
    ? []
    : [variableMissing(SMTP_URL, "smtp://user:password@host:587", where, origin)];
  const from = given.get("from") ?? process.env[SMTP_FROM];
  const sender = from ? [] : lacks("from", `"alerts@example.org", or set ${SMTP_FROM}`);
  return [...lacks("to", '"ops@example.org"'), ...server, ...sender];
}

function variableMissing(
  name: string,
  example: string,
  where: string,
  origin: SinkDeclaration["origin"],
): PipelineError {
  const params = { where: `${where}, in the environment,`, option: name, example };
  return new PipelineError("MISSING_OPTION", params, { origin });
}
