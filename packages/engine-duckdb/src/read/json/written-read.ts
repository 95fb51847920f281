import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataType } from "@sluice/query";
import type { SplitSchema } from "../file-list.ts";
import type { FileScan } from "../file-scan.ts";

/** Whether JSON is read from marked copies from the start: an attempt of this statement needed it, or an earlier statement that read alike. */
export function readsWritten(scan: FileScan): boolean {
  const { basePath, schema, options } = scan.read;
  const what = JSON.stringify([basePath, schema, options]);
  const path = join(scan.lastingFolder, `written-${createHash("sha1").update(what).digest("hex")}`);
  if (scan.written) writeFileSync(path, "");
  return scan.written || existsSync(path);
}

/** Whether a read keeps numbers as they are written: in texts and decimals at any depth, or among what is rescued. */
export function keepsWritten({ data, rescued }: SplitSchema): boolean {
  return rescued !== undefined || data.some((one) => isWritten(one.dataType));
}

function isWritten(type: DataType): boolean {
  switch (type.kind) {
    case "string":
    case "decimal":
    case "variant":
      return true;
    case "array":
      return isWritten(type.element);
    case "map":
      return isWritten(type.value);
    case "struct":
      return type.fields.some((one) => isWritten(one.dataType));
    default:
      return false;
  }
}
