import { type AvroSchema, avroShape, type DataType } from "@sluice/query";
import { declareFunction } from "../connection/declared-function.ts";
import { avroOfType } from "./avro-of-type.ts";
import { avroValues } from "./avro-values.ts";
import { encodingFunction } from "./bytes-function.ts";

/** A call of `to_avro`, all that the function depends on. */
export interface ToAvro {
  readonly type: DataType;
  /** Whether the value can be NULL, which the schema that is made of the type then says. */
  readonly nullable: boolean;
  /** The schema to write, in JSON; absent: the one that Spark makes of the type. */
  readonly schema?: string | undefined;
  /** The id of that schema in a registry, which messages then begin with. */
  readonly id?: number | undefined;
}

/** Why values of the type cannot be written; undefined when they can. */
export function toAvroProblem(call: ToAvro): string | undefined {
  try {
    avroValues(call.type, avroShape(schemaOf(call)));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The name of the SQL function from values of the type to BLOB. */
export function declareToAvro(call: ToAvro): string {
  return declareFunction("to_avro", call, async (name, duck) => {
    const { avroType } = await import("./avro-decoder.ts");
    const schema = schemaOf(call);
    const convert = avroValues(call.type, avroShape(schema));
    const encoder = avroType(schema);
    const header = headerOf(call.id);
    return encodingFunction(name, duck, call.type, (cell) => {
      const body = encoder.toBuffer(convert(cell));
      return header.length === 0 ? body : Buffer.concat([header, body]);
    });
  });
}

function headerOf(id: number | undefined): Buffer {
  const header = Buffer.alloc(id === undefined ? 0 : 5);
  if (id !== undefined) header.writeInt32BE(id, 1);
  return header;
}

function schemaOf({ schema, type, nullable }: ToAvro): AvroSchema {
  return schema === undefined ? avroOfType(type, nullable) : (JSON.parse(schema) as AvroSchema);
}
