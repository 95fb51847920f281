import { PipelineError } from "@sluice/pipelines";
import { notDelivered } from "./post-json.ts";

/** A mail in plain text. */
export interface Mail {
  readonly to: readonly string[];
  /** Absent: SLUICE_SMTP_FROM. */
  readonly from?: string | undefined;
  readonly subject: string;
  readonly text: string;
}

/** The server that mail goes through: `smtp://user:password@host:587`, `smtps://..` for TLS from the start. */
export const SMTP_URL = "SLUICE_SMTP_URL";
/** The sender of mail that names none. */
export const SMTP_FROM = "SLUICE_SMTP_FROM";

/** Loads what sends mail. @throws PipelineError PACKAGE_NOT_INSTALLED */
export async function loadMailer(): Promise<typeof import("nodemailer")> {
  return import("nodemailer").catch((cause: unknown) => {
    throw new PipelineError("PACKAGE_NOT_INSTALLED", { what: "Mail", name: "nodemailer" }, { cause });
  });
}

/** Sends a mail by the server of the environment. @throws EngineError ALERT_NOT_DELIVERED, with `retry` "never" when the server refuses for good (5xx) */
export async function sendMail({ to, from, subject, text }: Mail, timeoutMs: number): Promise<void> {
  const url = process.env[SMTP_URL];
  const sender = from ?? process.env[SMTP_FROM];
  if (url === undefined || sender === undefined) {
    throw notDelivered(`the environment does not say ${url === undefined ? SMTP_URL : SMTP_FROM}`, "never");
  }
  const { createTransport } = await loadMailer();
  const limits = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport({ url, ...limits });
  try {
    await transport.sendMail({ to: [...to], from: sender, subject, text });
  } catch (error) {
    throw notDelivered(`the mail server said ${reasonOf(error)}`, isFinal(error) ? "never" : "backoff");
  } finally {
    transport.close();
  }
}

function isFinal(error: unknown): boolean {
  return property(error, "responseCode") >= 500;
}

function property(error: unknown, name: string): number {
  return typeof error === "object" && error !== null ? Number((error as Record<string, unknown>)[name] ?? 0) : 0;
}

/** The server's answer or the code of the trouble, never the address of the server with its password. */
function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "nothing";
  const { response, code } = error as { readonly response?: unknown; readonly code?: unknown };
  return typeof response === "string" ? response.slice(0, 200) : String(code ?? "nothing");
}
