import { type DataType, INTEGER, LONG, type TypedCall } from "@sluice/query";
import { allSql, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { quoteText } from "./identifier.ts";

type Algorithm = "murmur" | "xxhash";

/** Spark's hash of several values: each is hashed with the hash of those before as its seed; NULL leaves the seed as it is. */
function hashing(algorithm: Algorithm): Emitter {
  return (call, scope) => {
    const seed = "CAST(42 AS BIGINT)";
    const hash = call.args.reduce(
      (before, arg) => hashOf(scope.sql(arg), arg.dataType, { seed: before, algorithm, depth: 0 }),
      seed,
    );
    return `CAST(${hash} AS ${algorithm === "murmur" ? "INTEGER" : "BIGINT"})`;
  };
}

/** A number that tells what values are: equal values have the same, in this version of the engine. */
const contentRank: Emitter = (call, scope) => {
  const values = call.args.map((arg) => scope.sql(arg));
  return `CAST(hash(${values.join(", ")}) >> 1 AS BIGINT)`;
};

interface Hashing {
  readonly seed: string;
  readonly algorithm: Algorithm;
  readonly depth: number;
}

function hashOf(sql: string, type: DataType, hashing: Hashing): string {
  const { seed, algorithm, depth } = hashing;
  switch (type.kind) {
    case "struct":
      return type.fields.reduce(
        (before, field) =>
          hashOf(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType, { ...hashing, seed: before }),
        seed,
      );
    case "array":
      return hashList(sql, type.element, hashing);
    case "map":
      return hashList(`map_entries(${sql})`, entryType(type), hashing);
    case "void":
      return seed;
    case "interval_calendar":
      return hashCalendar(sql, hashing);
    default:
      return `coalesce(js_${algorithm}_${family(type)}(${hashed(sql, type)}, ${seed}), ${depth < 0 ? "NULL" : seed})`;
  }
}

/** Its time, days and months, one after the other. */
function hashCalendar(sql: string, hashing: Hashing): string {
  const time = hashOf(`sp_clock_micros(${sql})`, LONG, hashing);
  const days = hashOf(`datepart('day', ${sql})`, INTEGER, { ...hashing, seed: time });
  return hashOf(`sp_interval_months(${sql})`, INTEGER, { ...hashing, seed: days });
}

function entryType(type: Extract<DataType, { kind: "map" }>): DataType {
  const fields = [
    { name: "key", dataType: type.key, nullable: false, metadata: {} },
    { name: "value", dataType: type.value, nullable: true, metadata: {} },
  ];
  return { kind: "struct", fields };
}

function hashList(list: string, element: DataType, { seed, algorithm, depth }: Hashing): string {
  const [left, right] = [`"_l${depth}"`, `"_r${depth}"`];
  const step = hashOf(`struct_extract(${right}, 'x')`, element, {
    seed: `struct_extract(${left}, 'h')`,
    algorithm,
    depth: depth + 1,
  });
  const items = `list_transform(${list}, lambda "_x${depth}": struct_pack(h := CAST(0 AS BIGINT), x := "_x${depth}"))`;
  const start = `struct_pack(h := ${seed}, x := NULL)`;
  return `coalesce(struct_extract(list_reduce(${items}, lambda ${left}, ${right}: struct_pack(h := ${step}, x := struct_extract(${right}, 'x')), ${start}), 'h'), ${seed})`;
}

function family(type: DataType): "int" | "long" | "bytes" {
  switch (type.kind) {
    case "boolean":
    case "byte":
    case "short":
    case "integer":
    case "float":
    case "date":
    case "interval_year_month":
      return "int";
    case "decimal":
      return type.precision <= 18 ? "long" : "bytes";
    case "string":
    case "binary":
      return "bytes";
    default:
      return "long";
  }
}

function hashed(sql: string, type: DataType): string {
  switch (type.kind) {
    case "boolean":
    case "byte":
    case "short":
    case "integer":
      return `CAST(${sql} AS BIGINT)`;
    case "date":
      return `CAST(${sql} - DATE '1970-01-01' AS BIGINT)`;
    case "float":
      return `js_float_bits(${sql})`;
    case "double":
      return `js_double_bits(${sql})`;
    case "timestamp":
    case "timestamp_ntz":
    case "interval_day_time":
      return `epoch_us(${sql})`;
    case "interval_year_month":
      return `CAST(sp_interval_months(${sql}) AS BIGINT)`;
    case "decimal":
      return type.precision <= 18
        ? `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS BIGINT)`
        : `js_decimal_bytes(CAST(${sql} AS VARCHAR))`;
    case "string":
      return `encode(${sql})`;
    default:
      return sql;
  }
}

function aes(name: string, count: number): Emitter {
  return (call, scope) => {
    const defaults = ["", "", "'GCM'", "'DEFAULT'", "CAST('' AS BLOB)", "CAST('' AS BLOB)"];
    const given = allSql(call, scope);
    const args = count === 6 ? [...given, ...defaults.slice(given.length)] : decryptArgs(given, defaults);
    return `${name}(${args.join(", ")})`;
  };
}

/** aes_decrypt has no initialization vector among its arguments: it stands before the text. */
function decryptArgs(given: readonly string[], defaults: readonly string[]): readonly string[] {
  const head = [...given.slice(0, 4), ...defaults.slice(Math.min(given.length, 4), 4)];
  return [...head, "CAST('' AS BLOB)", given[4] ?? "CAST('' AS BLOB)"];
}

function sha2(call: TypedCall, scope: Scope): string {
  const bits = sqlOf(call, 1, scope);
  return bits === "256" || bits === "0"
    ? `sha256(${sqlOf(call, 0, scope)})`
    : `js_sha2(${sqlOf(call, 0, scope)}, ${bits})`;
}

/** Digests over bytes, and Spark's hashes of typed values. */
export const HASH_FUNCTIONS: EmitterTable = {
  md5: "md5($1)",
  sha1: "sha1($1)",
  sha2,
  crc32: (call, scope) =>
    `js_crc32(${typeOf(call, 0).kind === "string" ? `encode(${sqlOf(call, 0, scope)})` : sqlOf(call, 0, scope)})`,
  hash: hashing("murmur"),
  xxhash64: hashing("xxhash"),
  content_rank: contentRank,
  aes_encrypt: aes("js_aes_encrypt", 6),
  aes_decrypt: aes("js_aes_decrypt", 5),
  try_aes_decrypt: aes("js_try_aes_decrypt", 5),
};
