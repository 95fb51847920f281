import { type DataType, field, STRING, type StructField } from "@sluice/query";
import { readFlag, readOption } from "../../compile/read-option.ts";
import { checkTimePatterns } from "../../compile/time-formats.ts";
import { parseElement } from "../../payload/xml/xml-node.ts";
import { dataTypeOf, mergeShapes, shapeOf, type XmlShape } from "../../payload/xml/xml-shape.ts";
import type { Inference } from "../format.ts";
import { xmlOptions } from "./xml-options.ts";
import { elementsOf } from "./xml-rows.ts";

const SAMPLE_ELEMENTS = 100_000;

/** The attributes and elements inside the row elements of XML files, by name, as Spark has them; elements that are not well-formed do not count. */
export async function xmlColumns({ files, read, inferTypes }: Inference): Promise<readonly StructField[]> {
  const options = xmlOptions(read);
  const context = {
    options,
    inferTypes: inferTypes && readFlag(read, "inferSchema", true),
    prefersDecimal: readFlag(read, "prefersDecimal", false),
    date: readOption(read, "dateFormat"),
    timestamp: readOption(read, "timestampFormat"),
  };
  checkTimePatterns({ timestamp: context.timestamp });
  let found: XmlShape | undefined;
  let left = SAMPLE_ELEMENTS;
  for (const file of files) {
    for await (const text of elementsOf(file, options)) {
      if (left-- <= 0) break;
      const node = parseElement(text, options);
      if (node !== undefined) found = mergeShapes(found, shapeOf(node, context), options.valueTag);
    }
  }
  if (found?.kind !== "members") return [];
  const { members } = found;
  return [...members.keys()].sort().map((name) => field(name, typeOf(members.get(name))));
}

function typeOf(shape: XmlShape | undefined): DataType {
  const type = shape && dataTypeOf(shape);
  return type === undefined || type.kind === "void" ? STRING : type;
}
