import { type MessageDescriptor, readDescriptors } from "./protobuf-descriptor.ts";

/** A message and its place in its file: how many messages stand before it, and before those that it is inside of, the outermost first. */
export interface MessagePlace {
  /** Full, without a point before it. */
  readonly name: string;
  readonly indexes: readonly number[];
}

/** The messages of the last file of a descriptor set, each before those inside of it; entries of maps are none. @throws Error when the bytes are none */
export function messagePlaces(descriptors: Uint8Array): readonly MessagePlace[] {
  const { messages, own } = readDescriptors(descriptors);
  const found: MessagePlace[] = [];
  const counts = new Map<string, number>();
  const places = new Map<string, readonly number[]>();
  for (const name of own) {
    if ((messages.get(name) as MessageDescriptor).mapEntry) continue;
    const outer = name.slice(0, Math.max(0, name.lastIndexOf(".")));
    const above = places.get(outer) ?? [];
    const at = counts.get(outer) ?? 0;
    counts.set(outer, at + 1);
    places.set(name, [...above, at]);
    found.push({ name, indexes: [...above, at] });
  }
  return found;
}
