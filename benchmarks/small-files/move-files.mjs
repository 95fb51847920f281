import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";

/** Moves the files of the folders below one folder to the folders of the same names below another. */
export function moveFiles(from, to) {
  for (const folder of readdirSync(from)) {
    for (const name of readdirSync(join(from, folder))) renameSync(join(from, folder, name), join(to, folder, name));
  }
}
