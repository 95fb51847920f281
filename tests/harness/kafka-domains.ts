import { readFileSync } from "node:fs";
import { join } from "node:path";
import avsc from "avsc";
import { recordedMessages } from "./recorded-topic.ts";
import { root } from "./sluice.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];

interface Payment {
  readonly transaction_id: string;
  readonly customer_id: string | null;
  readonly amount: number;
  readonly merchant: string;
  readonly timestamp: string | null;
}

interface UserEvent {
  readonly event_id: string;
  readonly customer_id: string;
  readonly event_type: string;
  readonly timestamp: string | null;
}

interface Reading {
  readonly device_id: string;
  readonly temperature: number;
  readonly vibration: number;
  readonly timestamp: number;
}

/** What a table of alerts must hold, in the order of these columns. */
export interface ExpectedAlert {
  readonly subject: string;
  readonly window_start: string;
  readonly metric: string;
}

/** Rows of each table of examples/kafka-domains and its alerts, by a fold over the messages recorded below `folder`, Avro without a registry. */
export function domainRows(folder: string): {
  readonly counts: Readonly<Record<string, number>>;
  readonly alerts: readonly ExpectedAlert[];
} {
  const events = userEvents(folder);
  const { raw: letters, decoded: payments } = decode(folder, "transactions", (value) => JSON.parse(value.toString()));
  const { raw: bytes, decoded: readings } = decode(folder, "iot_sensors", readingOf);
  const paid = (payments as readonly Payment[]).filter((p) => p.timestamp !== null && p.customer_id !== null);
  const plausible = (readings as readonly Reading[]).filter((r) => r.temperature >= -40 && r.temperature <= 150);
  const moments = paid.map((p) => ({ subject: p.customer_id ?? "", time: Date.parse(p.timestamp ?? "") }));
  const machines = finalWindows(
    plausible.map((r) => ({ subject: r.device_id, time: r.timestamp, value: r.vibration })),
  );
  const customers = finalWindows(moments.map((m) => ({ ...m, value: 0 })));
  const fraud = customers.filter((w) => w.count > 10);
  const shaking = machines.filter((w) => w.max > 7.1);
  return {
    counts: {
      events_bronze: events.sent,
      events_silver: events.valid.length,
      events_gold: new Set(
        events.valid.map((e) => [e.platform, e.event_type, hour(Date.parse(e.timestamp ?? ""))].join()),
      ).size,
      transactions_bronze: payments.length,
      transactions_bronze_quarantine: letters - payments.length,
      transactions: paid.length,
      iot_sensors_bronze: readings.length,
      iot_sensors_bronze_quarantine: bytes - readings.length,
      dead_letters: letters - payments.length + bytes - readings.length,
      iot_sensors_silver: plausible.length,
      customer_metrics: new Set([...events.valid, ...paid].map((one) => one.customer_id)).size,
      revenue_metrics: new Set(paid.map((p) => `${p.merchant} ${hour(Date.parse(p.timestamp ?? ""))}`)).size,
      operational_metrics: machines.length,
      fraud_patterns: fraud.length,
      alerts: fraud.length + shaking.length,
    },
    alerts: [...alerts(fraud, "payments in 5 minutes"), ...alerts(shaking, "vibration, mm/s")].sort((a, b) =>
      `${a.window_start}${a.subject}` < `${b.window_start}${b.subject}` ? -1 : 1,
    ),
  };
}

function userEvents(folder: string) {
  const sent = ["web", "mobile"].flatMap((platform) =>
    recordedMessages(folder, `user_events_${platform}`).map(({ value }) => ({
      ...(JSON.parse(value.toString()) as UserEvent),
      platform,
    })),
  );
  const once = new Map(sent.map((event) => [event.event_id, event]));
  return { sent: sent.length, valid: [...once.values()].filter((event) => event.timestamp !== null) };
}

/** The messages of a topic that can be decoded, and how many there are in all. */
function decode(folder: string, topic: string, one: (value: Buffer) => unknown) {
  const raw = recordedMessages(folder, topic);
  const decoded = raw.flatMap(({ value }) => {
    try {
      return [one(value)];
    } catch {
      return [];
    }
  });
  return { raw: raw.length, decoded };
}

function readingOf(value: Buffer): unknown {
  const schema = JSON.parse(readFileSync(join(root, "examples/kafka-domains/sensor.avsc"), "utf8")) as avsc.Schema;
  return avsc.Type.forSchema(schema).fromBuffer(value);
}

interface Moment {
  readonly subject: string;
  readonly time: number;
  readonly value: number;
}

/** Windows of five minutes that end ten minutes or more before the latest moment. */
function finalWindows(moments: readonly Moment[]) {
  const windows = new Map<string, { subject: string; start: number; count: number; max: number }>();
  let latest = 0;
  for (const { subject, time, value } of moments) {
    const start = time - (time % (5 * MINUTE));
    const window = windows.get(`${subject} ${start}`) ?? { subject, start, count: 0, max: value };
    windows.set(`${subject} ${start}`, { ...window, count: window.count + 1, max: Math.max(window.max, value) });
    latest = Math.max(latest, time);
  }
  return [...windows.values()].filter(({ start }) => start + 15 * MINUTE <= latest);
}

function alerts(windows: ReturnType<typeof finalWindows>, metric: string): readonly ExpectedAlert[] {
  return windows.map(({ subject, start }) => ({ subject, window_start: new Date(start).toISOString(), metric }));
}

function hour(time: number): number {
  return Math.floor(time / HOUR);
}
