import { EngineError, type FileEntry, type FileRead } from "@sluice/pipelines";
import { type AvroSchema, avroShape, type DataType, type StructField } from "@sluice/query";
import { duckType } from "../../compile/duck-type.ts";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { readOption } from "../../compile/read-option.ts";
import { avroDecoder } from "../../payload/avro-decoder.ts";
import { StagedFile } from "../bytes/staged-file.ts";
import { pathList, splitSchema } from "../file-list.ts";
import { emptyRows, type FileScan } from "../file-scan.ts";
import { type TypedGroup, typedRows } from "../typed-rows.ts";
import { type AvroContainer, notAvro, openAvro } from "./avro-container.ts";
import { jsonWriter } from "./avro-json.ts";

/** The member that tells from which file a staged record is. */
const FILE_MEMBER = "__sluice_file";

/** The schema in the option `avroSchema`, which files are read as whatever theirs is. @throws EngineError when it is no JSON */
export function wantedSchema(read: Pick<FileRead, "options">): AvroSchema | undefined {
  const text = readOption(read, "avroSchema");
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as AvroSchema;
  } catch (error) {
    const message = 'The reader option "avroSchema" is not JSON.';
    throw new EngineError(message, { condition: "AVRO_SCHEMA_INVALID", domain: "user", retry: "never" }, error);
  }
}

/** The columns of an Avro schema. @throws EngineError naming the file when its records have no fields */
export function columnsOf(schema: AvroSchema, file: FileEntry): readonly StructField[] {
  try {
    const { dataType } = avroShape(schema);
    if (dataType.kind === "struct") return dataType.fields;
  } catch (error) {
    throw notAvro(file, error instanceof Error ? error.message : String(error), error);
  }
  throw notAvro(file, "its schema is not that of a record");
}

/** SQL of the rows of Avro files. Records are decoded here and handed to DuckDB in files of JSON lines, one for each schema. */
export async function avroRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const wanted = wantedSchema(scan.read);
  const groups = new Map<string, Group>();
  for (const file of scan.files) {
    const container = openAvro(file);
    const group = groups.get(container.schemaText) ?? openGroup(container, wanted, file, scan.folder);
    groups.set(container.schemaText, group);
    group.add(container, file);
  }
  const parts = [...groups.values()].map((group) => `(${typedRows(scan, schema, group.close())})`);
  return parts.length === 0 ? emptyRows(scan) : parts.join(" UNION ALL ");
}

interface Group {
  add(container: AvroContainer, file: FileEntry): void;
  close(): TypedGroup;
}

function openGroup(container: AvroContainer, wanted: AvroSchema | undefined, first: FileEntry, folder: string): Group {
  const schema = wanted ?? container.schema;
  const columns = columnsOf(schema, first);
  const write = jsonWriter(avroShape(schema));
  const decoder = decoderFor(container.schema, wanted, first);
  const staged = new StagedFile(folder, "avro", "json");
  const files: FileEntry[] = [];
  let longest = 1 << 20;
  return {
    add(more, file) {
      const start = `{"${FILE_MEMBER}":${files.length},`;
      files.push(file);
      for (const { count, bytes } of more.blocks()) {
        for (let at = 0, record = 0; record < count; record++) {
          const { value, end } = decoder.decode(bytes, at);
          if (end < 0) throw notAvro(file, "a block ends within a record");
          at = end;
          const line = `${start}${write(value).slice(1)}\n`;
          longest = Math.max(longest, 3 * line.length);
          staged.text(line);
        }
      }
    },
    close() {
      staged.close();
      return {
        files,
        columns: columns.map(duckColumn),
        reader: reader(staged.path, columns, longest),
        index: `r.${FILE_MEMBER}`,
      };
    },
  };
}

function decoderFor(written: AvroSchema, wanted: AvroSchema | undefined, file: FileEntry) {
  try {
    return avroDecoder(written, wanted);
  } catch (error) {
    throw notAvro(file, error instanceof Error ? error.message : String(error), error);
  }
}

function duckColumn({ name, dataType }: StructField): TypedGroup["columns"][number] {
  return { name, duck: typeOf(dataType) };
}

function typeOf(type: DataType): string {
  return type.kind === "void" ? "VARCHAR" : duckType(type);
}

/** Bytes are staged as the text of a BLOB, which only a cast takes for one. */
function stagedType(type: DataType): string {
  return typeOf(type).replace(/\bBLOB\b/g, "VARCHAR");
}

function reader(path: string, columns: readonly StructField[], longest: number): string {
  const types = columns.map((one) => `${quoteName(one.name)}: ${quoteText(stagedType(one.dataType))}`);
  const shape = [`${FILE_MEMBER}: 'BIGINT'`, ...types].join(", ");
  const staged = `read_json(${pathList([path])}, format = 'newline_delimited', columns = {${shape}}, maximum_object_size = ${longest})`;
  const casts = columns.map(
    (one) => `CAST(${quoteName(one.name)} AS ${typeOf(one.dataType)}) AS ${quoteName(one.name)}`,
  );
  return `(SELECT ${[FILE_MEMBER, ...casts].join(", ")} FROM ${staged})`;
}
