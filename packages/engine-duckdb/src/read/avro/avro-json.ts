import type { AvroShape } from "@sluice/query";

/** Writes a decoded value as JSON text that DuckDB's reader takes for the type of its shape. */
export type WriteJson = (value: unknown) => string;

/** The writer for a shape. Values of unions come wrapped, as `{branch: value}`; 64-bit integers as bigint or number. */
export function jsonWriter(shape: AvroShape): WriteJson {
  switch (shape.kind) {
    case "record":
      return recordWriter(shape);
    case "array": {
      const write = childWriter(shape);
      return (value) => `[${(value as readonly unknown[]).map(write).join(",")}]`;
    }
    case "map": {
      const write = childWriter(shape);
      const entries = (value: unknown) => Object.entries(value as Readonly<Record<string, unknown>>);
      return (value) => `{${entries(value).map(([key, one]) => `${JSON.stringify(key)}:${write(one)}`)}}`;
    }
    case "union":
      return unionWriter(shape);
    default:
      return scalarWriter(shape);
  }
}

function childWriter({ children }: AvroShape): WriteJson {
  const [child] = children;
  return child === undefined ? () => "null" : jsonWriter(child.shape);
}

function recordWriter({ children }: AvroShape): WriteJson {
  const members = children.map(({ name, shape }) => ({
    name,
    key: `${JSON.stringify(name)}:`,
    write: jsonWriter(shape),
  }));
  return (value) => {
    const record = value as Readonly<Record<string, unknown>>;
    let text = "{";
    for (const { name, key, write } of members) text += (text === "{" ? "" : ",") + key + write(record[name]);
    return `${text}}`;
  };
}

/** A union of one type and null, or of widths of a number, is its value; any other an object with one member. */
function unionWriter({ children, dataType }: AvroShape): WriteJson {
  const present = children.filter(({ shape }) => shape.kind !== "null").map(({ shape }) => shape);
  const branches = new Map(present.map((shape, i) => [shape.name, { key: `"member${i}":`, write: jsonWriter(shape) }]));
  const isObject = dataType.kind === "struct" && present.length > 1;
  return (value) => {
    if (value === null || value === undefined) return "null";
    for (const name in value) {
      const branch = branches.get(name);
      if (branch === undefined) break;
      const text = branch.write((value as Readonly<Record<string, unknown>>)[name]);
      return isObject ? `{${branch.key}${text}}` : text;
    }
    return "null";
  };
}

const LOGICAL: Readonly<Record<string, WriteJson>> = {
  date: (value) => `"${new Date(Number(value) * 86_400_000).toISOString().slice(0, 10)}"`,
  "timestamp-millis": (value) => momentText(BigInt(value as bigint) * 1000n, "+00"),
  "timestamp-micros": (value) => momentText(BigInt(value as bigint), "+00"),
  "local-timestamp-millis": (value) => momentText(BigInt(value as bigint) * 1000n, ""),
  "local-timestamp-micros": (value) => momentText(BigInt(value as bigint), ""),
};

const PLAIN: Readonly<Record<string, WriteJson>> = {
  bytes: (value) => JSON.stringify(bytesText(value as Buffer)),
  fixed: (value) => JSON.stringify(bytesText(value as Buffer)),
  float: numberText,
  double: numberText,
  null: () => "null",
  string: (value) => JSON.stringify(value),
  enum: (value) => JSON.stringify(value),
};

function scalarWriter({ kind, logical, scale = 0 }: AvroShape): WriteJson {
  if (logical === "decimal") return (value) => `"${decimalText(value as Buffer, scale)}"`;
  return LOGICAL[logical ?? ""] ?? PLAIN[kind] ?? String;
}

function numberText(value: unknown): string {
  return Number.isFinite(value) ? String(value) : `"${String(value)}"`;
}

/** Bytes as DuckDB writes a BLOB as text. */
function bytesText(bytes: Buffer): string {
  return bytes.toString("hex").replace(/../g, "\\x$&");
}

function decimalText(bytes: Buffer, scale: number): string {
  let unscaled = BigInt(0);
  for (const byte of bytes) unscaled = (unscaled << 8n) | BigInt(byte);
  if ((bytes[0] ?? 0) > 0x7f) unscaled -= 1n << BigInt(8 * bytes.length);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

/** Microseconds since the epoch as a time that DuckDB reads. */
function momentText(micros: bigint, zone: string): string {
  const milliseconds = micros >= 0n ? micros / 1000n : -((-micros + 999n) / 1000n);
  const rest = String(micros - milliseconds * 1000n).padStart(3, "0");
  const text = new Date(Number(milliseconds)).toISOString();
  return `"${text.slice(0, -1).replace("T", " ")}${rest}${zone}"`;
}
