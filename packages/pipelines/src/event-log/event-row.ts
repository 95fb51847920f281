import {
  array,
  BOOLEAN,
  type DataType,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
  type Value,
} from "@sluice/query";
import type { EventError, EventOrigin, PipelineEvent } from "./pipeline-event.ts";
import { detailsJson } from "./pipeline-event.ts";

const ORIGIN_TYPES: Readonly<Record<string, DataType>> = {
  cloud: STRING,
  region: STRING,
  org_id: LONG,
  pipeline_id: STRING,
  pipeline_type: STRING,
  pipeline_name: STRING,
  cluster_id: STRING,
  update_id: STRING,
  table_name: STRING,
  dataset_name: STRING,
  sink_name: STRING,
  flow_id: STRING,
  flow_name: STRING,
  batch_id: LONG,
  request_id: STRING,
  host: STRING,
};

const STACK_FRAME = struct([
  field("declaring_class", STRING),
  field("method_name", STRING),
  field("file_name", STRING),
  field("line_number", INTEGER),
]);
const EXCEPTION = struct([field("class_name", STRING), field("message", STRING), field("stack", array(STACK_FRAME))]);

/** The columns of the event log table, in order. */
export const EVENT_SCHEMA: StructType = struct([
  field("id", STRING),
  field(
    "sequence",
    struct([
      field("control_plane_seq_no", LONG),
      field("data_plane_id", struct([field("instance", STRING), field("seq_no", LONG)])),
    ]),
  ),
  field("origin", struct(Object.entries(ORIGIN_TYPES).map(([name, type]) => field(name, type)))),
  field("timestamp", TIMESTAMP),
  field("message", STRING),
  field("level", STRING),
  field("maturity_level", STRING),
  field("error", struct([field("fatal", BOOLEAN), field("exceptions", array(EXCEPTION))])),
  field("details", STRING),
  field("event_type", STRING),
]);

/** An event as a row of {@link EVENT_SCHEMA}. */
export function toEventRow(event: PipelineEvent): readonly Value[] {
  const { control_plane_seq_no, data_plane_id } = event.sequence;
  return [
    event.id,
    [
      control_plane_seq_no === null ? null : BigInt(control_plane_seq_no),
      [data_plane_id.instance, BigInt(data_plane_id.seq_no)],
    ],
    originRow(event.origin),
    BigInt(event.timestamp) * 1000n,
    event.message,
    event.level,
    event.maturityLevel,
    event.error === undefined ? null : errorRow(event.error),
    detailsJson(event),
    event.eventType,
  ];
}

/** The event that a row of {@link EVENT_SCHEMA} holds. */
export function fromEventRow(row: readonly Value[]): PipelineEvent {
  const [id, sequence, origin, timestamp, message, level, maturityLevel, error, details, eventType] = row;
  const [control, dataPlane] = sequence as readonly [bigint | null, readonly [string, bigint]];
  return {
    id,
    sequence: {
      control_plane_seq_no: control === null ? null : Number(control),
      data_plane_id: { instance: dataPlane[0], seq_no: Number(dataPlane[1]) },
    },
    origin: originOf(origin as readonly Value[]),
    timestamp: Number((timestamp as bigint) / 1000n),
    message,
    level,
    maturityLevel,
    ...(error === null ? {} : { error: errorOf(error as ErrorRow) }),
    eventType,
    details: (JSON.parse(String(details)) as Readonly<Record<string, unknown>>)[String(eventType)],
  } as unknown as PipelineEvent;
}

/** An event as a plain object with the column names of the event log; `timestamp` is ISO 8601 and `details` an object. */
export function toEventJson(event: PipelineEvent): Readonly<Record<string, unknown>> {
  return {
    id: event.id,
    sequence: event.sequence,
    origin: event.origin,
    timestamp: new Date(event.timestamp).toISOString(),
    message: event.message,
    level: event.level,
    maturity_level: event.maturityLevel,
    ...(event.error === undefined ? {} : { error: event.error }),
    details: JSON.parse(detailsJson(event)),
    event_type: event.eventType,
  };
}

function originRow(origin: EventOrigin): readonly Value[] {
  const values = new Map<string, string | number>(Object.entries(origin).filter(([, value]) => value !== undefined));
  return Object.entries(ORIGIN_TYPES).map(([name, type]) => {
    const value = values.get(name);
    if (value === undefined) return null;
    return type === LONG ? BigInt(value) : String(value);
  });
}

function errorRow(error: EventError): readonly Value[] {
  return [
    error.fatal,
    error.exceptions.map((one) => [
      one.class_name,
      one.message,
      one.stack.map((frame) => [frame.declaring_class, frame.method_name, frame.file_name, frame.line_number]),
    ]),
  ];
}

type FrameRow = readonly [string, string, string, number];
type ErrorRow = readonly [boolean, readonly (readonly [string, string, readonly FrameRow[]])[]];

function originOf(row: readonly Value[]): Readonly<Record<string, string | number>> {
  const entries = Object.keys(ORIGIN_TYPES).map((name, i) => [name, row[i] ?? null] as const);
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === "bigint" ? Number(value) : String(value)]],
    ),
  );
}

function errorOf([fatal, exceptions]: ErrorRow): EventError {
  return {
    fatal,
    exceptions: exceptions.map(([class_name, message, stack]) => ({
      class_name,
      message,
      stack: stack.map(([declaring_class, method_name, file_name, line_number]) => ({
        declaring_class,
        method_name,
        file_name,
        line_number,
      })),
    })),
  };
}
