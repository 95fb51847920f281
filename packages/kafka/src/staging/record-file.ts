import {
  array,
  BINARY,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructType,
  struct as structType,
  TIMESTAMP,
} from "@sluice/query";
import type { RecordSink } from "../record/read-batches.ts";
import { BytesColumn, NumberColumn, PHYSICAL, RunColumn } from "./column.ts";
import { HeaderColumns } from "./header-columns.ts";
import { ParquetFile } from "./parquet-file.ts";
import { int32, struct, type Thrift, text } from "./thrift.ts";

const GROUP_ROWS = 122_880;
const GROUP_BYTES = 32 << 20;

/** The columns of a Kafka source, as Spark has them. */
export function recordSchema(includeHeaders: boolean): StructType {
  const header = structType([field("key", STRING), field("value", BINARY)]);
  return structType([
    field("key", BINARY),
    field("value", BINARY),
    field("topic", STRING),
    field("partition", INTEGER),
    field("offset", LONG),
    field("timestamp", TIMESTAMP),
    field("timestampType", INTEGER),
    ...(includeHeaders ? [field("headers", array(header))] : []),
  ]);
}

/** Records as they come, in a Parquet file that the engine reads as it reads any. Holds one group of rows in memory. */
export class RecordFile implements RecordSink {
  readonly #file: ParquetFile;
  readonly #key = new BytesColumn("key");
  readonly #value = new BytesColumn("value");
  readonly #topic = new RunColumn("topic", PHYSICAL.bytes);
  readonly #partition = new RunColumn("partition", PHYSICAL.int32);
  readonly #offset = new NumberColumn("offset");
  readonly #time = new NumberColumn("timestamp");
  readonly #timeType = new RunColumn("timestampType", PHYSICAL.int32);
  readonly #headers: HeaderColumns | undefined;
  #from: { readonly topic: string; readonly partition: number } | undefined;
  #type: 0 | 1 = 0;
  /** Rows of the group, and those of them whose topic and partition are already told. */
  #rows = 0;
  #told = 0;

  constructor(path: string, includeHeaders: boolean) {
    this.#file = new ParquetFile(path, parquetSchema(includeHeaders));
    this.#headers = includeHeaders ? new HeaderColumns() : undefined;
  }

  /** What comes from now on is of a partition. */
  enter(topic: string, partition: number): void {
    this.#tell();
    this.#from = { topic, partition };
  }

  record(
    bytes: Buffer,
    offset: number,
    time: number,
    timeType: 0 | 1,
    key: number,
    keyLength: number,
    value: number,
    valueLength: number,
    headers: number,
  ): void {
    if (timeType !== this.#type) {
      this.#tell();
      this.#type = timeType;
    }
    this.#key.add(bytes, key, keyLength);
    this.#value.add(bytes, value, valueLength);
    this.#offset.add(offset);
    this.#time.add(time);
    this.#headers?.add(bytes, headers);
    this.#rows += 1;
    if (this.#rows >= GROUP_ROWS || this.#value.size + this.#key.size > GROUP_BYTES) this.#flush();
  }

  /** Ends the file and answers how many records and bytes it holds. */
  finish(): { readonly path: string; readonly rows: number; readonly sizeBytes: number } {
    this.#flush();
    this.#file.finish();
    return { path: this.#file.path, rows: this.#file.rows, sizeBytes: this.#file.size };
  }

  /** Lets go of a file that is not to be finished. */
  close(): void {
    this.#file.close();
  }

  #flush(): void {
    this.#tell();
    if (this.#rows === 0) return;
    const headers = this.#headers === undefined ? [] : [this.#headers.names, this.#headers.values];
    const columns = [this.#key, this.#value, this.#topic, this.#partition, this.#offset, this.#time, this.#timeType];
    this.#file.writeGroup([...columns, ...headers], this.#rows);
    this.#rows = 0;
    this.#told = 0;
  }

  #tell(): void {
    const count = this.#rows - this.#told;
    if (count === 0 || this.#from === undefined) return;
    this.#topic.add(this.#from.topic, count);
    this.#partition.add(this.#from.partition, count);
    this.#timeType.add(this.#type, count);
    this.#told = this.#rows;
  }
}

const REQUIRED = 0;
const OPTIONAL = 1;
const REPEATED = 2;
const UTF8 = 0;
const LIST = 3;

/** Milliseconds, an instant in UTC. */
const MILLISECONDS: Thrift = struct({
  8: struct({ 1: { kind: "True" }, 2: struct({ 1: struct({}) }) }),
});

function parquetSchema(includeHeaders: boolean): readonly Thrift[] {
  const { bytes, int32: number, int64: long } = PHYSICAL;
  return [
    struct({ 4: text("records"), 5: int32(includeHeaders ? 8 : 7) }),
    leaf("key", bytes, OPTIONAL),
    leaf("value", bytes, OPTIONAL),
    leaf("topic", bytes, REQUIRED, UTF8),
    leaf("partition", number, REQUIRED),
    leaf("offset", long, REQUIRED),
    struct({ 1: int32(long), 3: int32(REQUIRED), 4: text("timestamp"), 10: MILLISECONDS }),
    leaf("timestampType", number, REQUIRED),
    ...(includeHeaders ? headersSchema() : []),
  ];
}

function headersSchema(): readonly Thrift[] {
  return [
    struct({ 3: int32(OPTIONAL), 4: text("headers"), 5: int32(1), 6: int32(LIST) }),
    struct({ 3: int32(REPEATED), 4: text("list"), 5: int32(1) }),
    struct({ 3: int32(REQUIRED), 4: text("element"), 5: int32(2) }),
    leaf("key", PHYSICAL.bytes, REQUIRED, UTF8),
    leaf("value", PHYSICAL.bytes, OPTIONAL),
  ];
}

function leaf(name: string, type: number, repetition: number, converted?: number): Thrift {
  return struct({
    1: int32(type),
    3: int32(repetition),
    4: text(name),
    6: converted === undefined ? undefined : int32(converted),
  });
}
