import avsc from "avsc";

/** Where avsc reads: names of its own. */
interface Tap {
  readonly buf: Buffer;
  readonly pos: number;
  readLong(): number;
  skipLong(): void;
  readString(): string;
}

interface Reading {
  _read(tap: Tap): unknown;
}

type Constructor = new (schema: unknown, options: unknown) => object;

/** How many elements a block says that it has. Each takes at least a byte; bytes that say otherwise would be read for ever. @throws Error */
function blockSize(tap: Tap): number {
  let count = tap.readLong();
  if (count < 0) {
    count = -count;
    tap.skipLong();
  }
  if (tap.pos > tap.buf.length || count > tap.buf.length - tap.pos) throw new Error("truncated buffer");
  return count;
}

class BoundedArray extends (avsc.types.ArrayType as unknown as Constructor) {
  declare readonly itemsType: Reading;

  _read(tap: Tap): readonly unknown[] {
    const items: unknown[] = [];
    for (let count = blockSize(tap); count !== 0; count = blockSize(tap)) {
      while (count-- > 0) items.push(this.itemsType._read(tap));
    }
    return items;
  }
}

class BoundedMap extends (avsc.types.MapType as unknown as Constructor) {
  declare readonly valuesType: Reading;

  _read(tap: Tap): Readonly<Record<string, unknown>> {
    const values: Record<string, unknown> = Object.create(null);
    for (let count = blockSize(tap); count !== 0; count = blockSize(tap)) {
      while (count-- > 0) values[tap.readString()] = this.valuesType._read(tap);
    }
    return values;
  }
}

/**
 * For `typeHook`: arrays and maps of which bytes that are no Avro cannot ask for billions of elements, and `long` for whole numbers with a logical type, which
 * avsc would read as plain ones.
 */
export function typesOf(long: avsc.Type): (schema: avsc.Schema, options: unknown) => avsc.Type | undefined {
  return (schema, options) => {
    const kind = typeof schema === "object" && "type" in schema ? schema.type : undefined;
    if (kind === "array") return new BoundedArray(schema, options) as unknown as avsc.Type;
    if (kind === "map") return new BoundedMap(schema, options) as unknown as avsc.Type;
    return kind === "long" ? long : undefined;
  };
}
