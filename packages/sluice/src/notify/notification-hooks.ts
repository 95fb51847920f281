import type { EventHook, HookEvent } from "@sluice/pipelines";
import type { Notification } from "../project/settings-schema.ts";
import { sendMail } from "./send-mail.ts";

const TIMEOUT_MS = 8_000;

/**
 * Event hooks that send the mails of the setting `notifications`. One that cannot be sent is told in the event log, as `hook_progress`, and changes nothing for the
 * update.
 */
export function notificationHooks(notifications: readonly Notification[], settingsFile: string): readonly EventHook[] {
  return notifications.map(({ email_recipients: to, alerts }) => {
    const alertOf = alertReader();
    const call = async (event: HookEvent): Promise<void> => {
      const alert = alertOf(event);
      if (alert === undefined || !alerts.includes(alert)) return;
      await sendMail({ to, subject: subjectOf(event, alert), text: textOf(event) }, TIMEOUT_MS);
    };
    return { name: "notifications", origin: { file: settingsFile, line: 1, column: 1 }, call };
  });
}

/**
 * Tells what events, given in order, are to notifications; undefined: nothing. A failed update is no fatal failure when a flow of it failed in a way that may pass.
 */
export function alertReader(): (event: HookEvent) => Notification["alerts"][number] | undefined {
  let passing: unknown = null;
  return ({ event_type: type, details, error, origin }) => {
    const progress = details[type] ?? {};
    if (type === "flow_progress" && progress["status"] === "FAILED") {
      if (mayPass(error)) passing = origin["update_id"];
      return "on-flow-failure";
    }
    if (type !== "update_progress") return undefined;
    if (progress["state"] === "COMPLETED") return "on-update-success";
    if (progress["state"] !== "FAILED") return undefined;
    return passing === origin["update_id"] ? "on-update-failure" : "on-update-fatal-failure";
  };
}

function mayPass(error: unknown): boolean {
  return (error as { readonly fatal?: boolean } | undefined)?.fatal === false;
}

function subjectOf({ origin }: HookEvent, alert: string): string {
  const flow = alert === "on-flow-failure" ? `, flow ${String(origin["flow_name"] ?? "")}` : "";
  const words = alert.replace(/^on-/, "").replaceAll("-", " ");
  return `Pipeline ${String(origin["pipeline_name"] ?? "")}${flow}: ${words}`;
}

function textOf({ message, timestamp, origin, error }: HookEvent): string {
  const exceptions = (error as { readonly exceptions?: readonly { readonly message: string }[] } | undefined)
    ?.exceptions;
  const causes = (exceptions ?? []).map((one) => one.message);
  return [message, ...causes, "", `Update ${String(origin["update_id"] ?? "")}, ${timestamp}`].join("\n");
}
