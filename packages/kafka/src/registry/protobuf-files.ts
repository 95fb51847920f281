import protobuf, {
  type Enum,
  type Field,
  type FieldBase,
  type MapField,
  type NamespaceBase,
  type Root,
  type Type,
} from "protobufjs";
import descriptor from "protobufjs/ext/descriptor.js";

/** A file of Protobuf's language, under the name that others import it by. */
export interface ProtobufFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A FileDescriptorSet of files, each after those that it imports. Google's own need not be given.
 *
 * @throws Error for a text that is none, and for a type that no file has
 */
export function descriptorSet(files: readonly ProtobufFile[]): Uint8Array {
  const root = new protobuf.Root();
  const imports = new Set(files.flatMap((file) => parsed(file, root)));
  for (const one of imports) root.addJSON(protobuf.common.get(one)?.nested ?? {});
  root.resolveAll();
  const own = files.map((file) => fileOf(file.name, syntaxOf(file.text), root));
  const { FileDescriptorSet } = descriptor;
  return FileDescriptorSet.encode(
    FileDescriptorSet.fromObject({ file: [fileOf(null, "proto3", root), ...own] }),
  ).finish();
}

/** The full names of a file's messages by their place in it: `0`; `0.1` for the second inside of the first. @throws Error for a text that is none */
export function messageNames(text: string): ReadonlyMap<string, string> {
  const root = new protobuf.Root();
  parsed({ name: "", text }, root);
  const found = new Map<string, string>();
  const add = (types: readonly Type[], above: string): void => {
    for (const [i, type] of types.entries()) {
      found.set(`${above}${i}`, type.fullName.slice(1));
      add(typesIn(type), `${above}${i}.`);
    }
  };
  add(topsOf("", root).filter(isType), "");
  return found;
}

/** Adds what a file declares; gives the names of the files that it imports. */
function parsed({ name, text }: ProtobufFile, root: Root): readonly string[] {
  Object.assign(protobuf.parse, { filename: name });
  return protobuf.parse(text, root, { keepCase: true }).imports ?? [];
}

function fileOf(name: string | null, syntax: string, root: Root): object {
  const tops = topsOf(name, root);
  return {
    name: name ?? "google/protobuf.proto",
    package: tops[0]?.parent?.fullName.slice(1) ?? "",
    syntax,
    messageType: tops.filter(isType).map(messageOf),
    enumType: tops.filter(isEnum).map(enumOf),
  };
}

/** What a file declares outside of messages, in its order. */
function topsOf(name: string | null, space: NamespaceBase): readonly (Type | Enum)[] {
  return space.nestedArray.flatMap((one): readonly (Type | Enum)[] => {
    if (isType(one) || isEnum(one)) return one.filename === name ? [one] : [];
    return one instanceof protobuf.Namespace ? topsOf(name, one) : [];
  });
}

function messageOf(type: Type): object {
  const oneofs = type.oneofsArray.map((one) => one.name);
  const maps = (type.fieldsArray as readonly FieldBase[]).filter((one) => one instanceof protobuf.MapField);
  return {
    name: type.name,
    field: type.fieldsArray.map((one) => fieldOf(one, oneofs)),
    nestedType: [...typesIn(type).map(messageOf), ...maps.map(entryOf)],
    enumType: type.nestedArray.filter(isEnum).map(enumOf),
    oneofDecl: oneofs.map((name) => ({ name })),
  };
}

function fieldOf(field: Field, oneofs: readonly string[]): object {
  const { id: number, name, options = {}, partOf, map, repeated, required } = field;
  const entry = { type: MESSAGE, typeName: `${field.parent?.fullName}.${entryName(name)}` };
  return {
    ...{
      name,
      number,
      label: map || repeated ? 3 : required ? 2 : 1,
      ...(map ? entry : typeOf(field, field.delimited)),
    },
    ...(options["default"] === undefined ? {} : { defaultValue: defaultText(field.type, options["default"]) }),
    ...(partOf == null ? {} : { oneofIndex: oneofs.indexOf(partOf.name) }),
    ...(options["proto3_optional"] === true ? { proto3Optional: true } : {}),
    ...(options["packed"] === undefined ? {} : { options: { packed: options["packed"] } }),
  };
}

function entryOf(field: MapField): object {
  const key = { name: "key", number: 1, label: 1, type: SCALARS[field.keyType] };
  const value = { name: "value", number: 2, label: 1, ...typeOf(field) };
  return { name: entryName(field.name), field: [key, value], options: { mapEntry: true } };
}

const GROUP = 10;
const MESSAGE = 11;
const ENUM = 14;

/** Protobuf's numbers of its types. */
const SCALARS: Readonly<Record<string, number>> = {
  ...{ double: 1, float: 2, int64: 3, uint64: 4, int32: 5, fixed64: 6, fixed32: 7, bool: 8, string: 9, bytes: 12 },
  ...{ uint32: 13, sfixed32: 15, sfixed64: 16, sint32: 17, sint64: 18 },
};

function typeOf({ type, resolvedType }: FieldBase, delimited = false): object {
  if (resolvedType === null) return { type: SCALARS[type] };
  const message = delimited ? GROUP : MESSAGE;
  return { type: isType(resolvedType) ? message : ENUM, typeName: resolvedType.fullName };
}

function typesIn(type: Type): readonly Type[] {
  return type.nestedArray.filter(isType);
}

function isType(one: object): one is Type {
  return one instanceof protobuf.Type;
}

function isEnum(one: object): one is Enum {
  return one instanceof protobuf.Enum;
}

function enumOf({ name, values }: Enum): object {
  return { name, value: Object.entries(values).map(([key, number]) => ({ name: key, number })) };
}

/** What `protoc` calls the message of a map's entries. */
function entryName(field: string): string {
  return `${field.replace(/(?:^|_+)([a-zA-Z0-9]?)/g, (_, letter: string) => letter.toUpperCase())}Entry`;
}

/** Bytes are written as C does. */
function defaultText(type: string, value: unknown): string {
  if (type !== "bytes") return String(value);
  return Array.from(String(value), (one) => `\\${(one.codePointAt(0) ?? 0).toString(8).padStart(3, "0")}`).join("");
}

function syntaxOf(text: string): string {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  if (/^\s*edition\s*=/m.test(code)) return "editions";
  return /^\s*syntax\s*=\s*["'](\w+)["']/m.exec(code)?.[1] ?? "proto2";
}
