import { EngineError } from "@sluice/pipelines";

const PASSING = new Set([408, 425, 429]);

/** Where a message goes by HTTP. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Sends JSON by POST. Messages name the host alone: the rest of a URL may be a secret.
 *
 * @throws EngineError ALERT_NOT_DELIVERED, with `retry` "backoff" for trouble that may pass: no connection, no answer, 408, 425, 429, 5xx
 */
export async function postJson(body: unknown, { url, headers, timeoutMs }: Post, signal?: AbortSignal): Promise<void> {
  const host = URL.canParse(url) ? new URL(url).host : "the address";
  const limit = AbortSignal.timeout(timeoutMs);
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    redirect: "error",
    signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
  } as const;
  const answer = await fetch(url, request).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw notDelivered(`${host} could not be reached: ${reasonOf(cause)}`, "backoff");
  });
  const text = await answer.text().catch(() => "");
  if (answer.ok) return;
  const said = text.trim() === "" ? "" : `: ${text.trim().slice(0, 200)}`;
  throw notDelivered(`${host} answered ${answer.status}${said}`, canPass(answer.status) ? "backoff" : "never");
}

/** The error for a message that did not arrive. */
export function notDelivered(why: string, retry: "never" | "backoff"): EngineError {
  return new EngineError(`A message was not delivered: ${why}`, {
    condition: "ALERT_NOT_DELIVERED",
    domain: "external",
    retry,
  });
}

function canPass(status: number): boolean {
  return status >= 500 || PASSING.has(status);
}

/** Without the URL, which fetch's own messages may hold. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return cause instanceof Error ? cause.name : "unknown";
}
