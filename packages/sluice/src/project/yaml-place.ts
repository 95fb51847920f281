import type { Origin } from "@sluice/query";
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A YAML file, parsed, that knows the places of its keys. */
export interface YamlFile {
  readonly path: string;
  readonly value: unknown;
  /** What is wrong with the text, in order; empty when it is YAML. */
  readonly faults: readonly { readonly message: string; readonly origin: Origin }[];
  /** The place of a key, or of the nearest one around it. */
  placeOf(keys: readonly PropertyKey[]): Origin;
}

/** Parses the text of a YAML file. */
export function parseYaml(path: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): Origin => {
    const place = lines.linePos(offset);
    return { file: path, line: Math.max(1, place.line), column: Math.max(1, place.col) };
  };
  return {
    path,
    value: document.errors.length > 0 ? undefined : document.toJS(),
    faults: document.errors.map((error) => ({ message: error.message, origin: at(error.pos[0]) })),
    placeOf: (keys) => at(offsetOf(document.contents, keys)),
  };
}

function offsetOf(root: Node | null, keys: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = 0;
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) return offset;
      offset = isScalar(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}
