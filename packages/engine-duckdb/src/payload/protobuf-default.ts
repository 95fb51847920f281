import type { FieldDescriptor, ProtobufKind } from "@sluice/query";
import type { Cell } from "./cell.ts";
import { PROTOBUF_SCALARS } from "./protobuf-scalar.ts";

/** The value that proto2 gives to a field that is not there, from the text of its descriptor. */
export function defaultCell({ defaultValue = "" }: FieldDescriptor, kind: ProtobufKind): Cell {
  if (kind.kind === "enum" && kind.asInt) return kind.values.numbers.get(defaultValue) ?? null;
  if (kind.kind !== "scalar") return defaultValue;
  if (kind.upcast) return BigInt(defaultValue);
  const zero = PROTOBUF_SCALARS[kind.type]?.zero;
  if (typeof zero === "bigint") return BigInt.asIntN(64, BigInt(defaultValue));
  if (typeof zero === "boolean") return defaultValue === "true";
  if (zero instanceof Uint8Array) return unescaped(defaultValue);
  if (typeof zero === "string") return defaultValue;
  return kind.type > 2 ? Number(defaultValue) | 0 : floating(defaultValue);
}

function floating(text: string): number {
  return Number(text.replace(/inf$/, "Infinity"));
}

/** Bytes are written as C does: `\\n`, `\\"`, `\\303`. */
function unescaped(text: string): Uint8Array {
  const plain: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  const latin = text.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (plain[code] ?? code),
  );
  return Buffer.from(latin, "latin1");
}
