import type { QueryResult } from "@sluice/pipelines";
import type { Value } from "@sluice/query";
import { jsonValue } from "../render/value.ts";

/** Which events to show; the newest `limit` of those that match. */
export interface EventFilter {
  readonly limit: number;
  readonly level?: string;
  readonly type?: string;
  readonly update?: string;
  /** No event before this moment. */
  readonly since?: Date;
  /** No event after this moment. */
  readonly until?: Date;
}

/** What one expectation passed and failed over all updates. `action`: ALLOW, DROP, FAIL or QUARANTINE. */
export interface RuleQuality {
  readonly dataset: string;
  readonly expectation: string;
  readonly action: string;
  readonly passed: number;
  readonly failed: number;
}

/** The newest events, newest first. */
export function eventsSql(filter: EventFilter): string {
  const conditions = [
    ...(filter.level ? [`level = ${quoted(filter.level)}`] : []),
    ...(filter.type ? [`event_type = ${quoted(filter.type)}`] : []),
    ...(filter.update ? [`origin.update_id = ${quoted(filter.update)}`] : []),
    ...(filter.since ? [`timestamp >= TIMESTAMP'${filter.since.toISOString()}'`] : []),
    ...(filter.until ? [`timestamp <= TIMESTAMP'${filter.until.toISOString()}'`] : []),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  return `SELECT timestamp, level, event_type, message, origin, details FROM event_log${where} ORDER BY timestamp DESC, sequence.data_plane_id.seq_no DESC LIMIT ${filter.limit}`;
}

/** All columns of the newest update's events, oldest first. */
export const NEWEST_UPDATE_SQL = `
  SELECT * FROM event_log
  WHERE origin.update_id = (
    SELECT max_by(origin.update_id, timestamp) FROM event_log WHERE event_type = 'create_update')
  ORDER BY sequence.data_plane_id.seq_no`;

/** Sums of every rule's counts. */
export const QUALITY_SQL = `
  SELECT rule.dataset AS dataset, rule.name AS expectation, sum(rule.passed_records) AS passed, sum(rule.failed_records) AS failed
  FROM (
    SELECT explode(from_json(details:flow_progress.data_quality.expectations,
             'array<struct<name: string, dataset: string, passed_records: bigint, failed_records: bigint>>')) AS rule
    FROM event_log WHERE event_type = 'flow_progress' AND details:flow_progress.data_quality IS NOT NULL
  )
  GROUP BY rule.dataset, rule.name ORDER BY dataset, expectation`;

/** Rows as objects with values fit for JSON. */
export function toObjects(result: QueryResult): readonly Readonly<Record<string, unknown>>[] {
  return result.rows.map((row: readonly Value[]) =>
    Object.fromEntries(result.schema.fields.map((field, i) => [field.name, jsonValue(row[i] ?? null, field.dataType)])),
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
