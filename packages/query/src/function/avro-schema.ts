import {
  array,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
} from "../data-type/data-type.ts";

/** Avro's schemas as JSON, as far as they are looked at. */
export type AvroSchema = string | readonly AvroSchema[] | AvroNode;

interface AvroNode {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly namespace?: string;
  readonly fields?: readonly { readonly name: string; readonly type: AvroSchema }[];
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly logicalType?: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly size?: number;
}

const PRIMITIVES: Readonly<Record<string, DataType>> = {
  null: { kind: "void" },
  boolean: BOOLEAN,
  int: INTEGER,
  long: LONG,
  float: FLOAT,
  double: DOUBLE,
  bytes: BINARY,
  string: STRING,
  enum: STRING,
  fixed: BINARY,
};

const LOGICAL: Readonly<Record<string, DataType>> = {
  "int date": DATE,
  "long timestamp-millis": TIMESTAMP,
  "long timestamp-micros": TIMESTAMP,
  "long local-timestamp-millis": TIMESTAMP_NTZ,
  "long local-timestamp-micros": TIMESTAMP_NTZ,
};

/** A schema with every name resolved to what it stands for. Branches of unions are in order. */
export interface AvroShape {
  readonly kind: string;
  /** The name of the branch that it is in a union. */
  readonly name: string;
  readonly dataType: DataType;
  readonly logical?: string;
  readonly scale?: number;
  /** Of a `fixed`: its bytes. */
  readonly size?: number;
  readonly children: readonly { readonly name: string; readonly shape: AvroShape }[];
}

/**
 * The shape of a schema, its types as Spark reads them: a union with null is the other branch, one of int and long a long, of float and double a double, any
 * other a struct with a member for each branch.
 *
 * @throws Error for a schema that contains itself
 */
export function avroShape(schema: AvroSchema): AvroShape {
  return new Shapes().of(schema, "");
}

class Shapes {
  readonly #named = new Map<string, AvroNode>();
  readonly #open = new Set<AvroNode>();

  of(schema: AvroSchema, space: string): AvroShape {
    if (isUnion(schema)) return this.#union(schema, space);
    if (typeof schema === "string") return this.#byName(schema, space);
    if (typeof schema.type !== "string") return this.of(schema.type, space);
    return this.#node(schema, schema.type, space);
  }

  #byName(name: string, space: string): AvroShape {
    const primitive = PRIMITIVES[name];
    if (primitive !== undefined) return { kind: name, name, dataType: primitive, children: [] };
    const full = name.includes(".") || space === "" ? name : `${space}.${name}`;
    const node = this.#named.get(full) ?? this.#named.get(name);
    if (node === undefined) throw new Error(`the Avro schema names "${name}", which it does not define`);
    return this.of(node, space);
  }

  #node(node: AvroNode, kind: string, space: string): AvroShape {
    const inner = this.#define(node, space);
    if (this.#open.has(node)) throw new Error(`the Avro schema of "${node.name}" contains itself`);
    this.#open.add(node);
    const shape = this.#shape(node, kind, inner);
    this.#open.delete(node);
    return node.name === undefined ? shape : { ...shape, name: fullName(node, space) };
  }

  #shape(node: AvroNode, kind: string, space: string): AvroShape {
    switch (kind) {
      case "record":
      case "error": {
        const children = (node.fields ?? []).map((one) => ({ name: one.name, shape: this.of(one.type, space) }));
        return { kind: "record", name: "record", dataType: structOf(children), children };
      }
      case "array": {
        const shape = this.of(node.items ?? "null", space);
        return { kind, name: kind, dataType: array(shape.dataType), children: [{ name: "items", shape }] };
      }
      case "map": {
        const shape = this.of(node.values ?? "null", space);
        return { kind, name: kind, dataType: map(STRING, shape.dataType), children: [{ name: "values", shape }] };
      }
      default:
        return this.#scalar(node, kind, space);
    }
  }

  #scalar(node: AvroNode, kind: string, space: string): AvroShape {
    const { logicalType: logical, precision = 0, scale = 0, size } = node;
    const length = kind === "fixed" && size !== undefined ? { size } : {};
    if (logical === "decimal" && (kind === "bytes" || kind === "fixed") && precision > 0 && precision <= 38) {
      return { kind, name: kind, logical, scale, ...length, dataType: decimal(precision, scale), children: [] };
    }
    const dataType = LOGICAL[`${kind} ${logical}`];
    if (dataType !== undefined && logical !== undefined) return { kind, name: kind, logical, dataType, children: [] };
    return kind in PRIMITIVES
      ? { kind, name: kind, dataType: PRIMITIVES[kind] ?? STRING, children: [] }
      : this.#byName(kind, space);
  }

  #define(node: AvroNode, space: string): string {
    if (node.name === undefined) return space;
    const full = fullName(node, space);
    this.#named.set(full, node);
    return full.includes(".") ? full.slice(0, full.lastIndexOf(".")) : "";
  }

  #union(branches: readonly AvroSchema[], space: string): AvroShape {
    const children = branches.map((branch, i) => ({ name: `${i}`, shape: this.of(branch, space) }));
    const present = children.filter(({ shape }) => shape.kind !== "null");
    return { kind: "union", name: "union", dataType: unionType(present.map(({ shape }) => shape)), children };
  }
}

function fullName({ name = "", namespace }: AvroNode, space: string): string {
  return name.includes(".") ? name : [namespace ?? space, name].filter(Boolean).join(".");
}

function unionType(present: readonly AvroShape[]): DataType {
  const [first, ...more] = present;
  if (first === undefined) return { kind: "void" };
  if (more.length === 0) return first.dataType;
  const kinds = new Set(present.map((one) => one.dataType.kind));
  if (kinds.size === 2 && kinds.has("integer") && kinds.has("long")) return LONG;
  if (kinds.size === 2 && kinds.has("float") && kinds.has("double")) return DOUBLE;
  return structOf(present.map((shape, i) => ({ name: `member${i}`, shape })));
}

function structOf(children: AvroShape["children"]): DataType {
  return struct(children.map(({ name, shape }) => field(name, shape.dataType)));
}

function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] {
  return Array.isArray(schema);
}
