import { type StructType, sameType } from "@sluice/query";
import { type ChangeSpec, RESERVED_PREFIX } from "../cdc/change-columns.ts";
import type { TableTarget } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";

/** Whether what is remembered of changes was made by another rule. Columns of rows may have come since, not become others. */
export function isKeptOtherwise({ keys }: ChangeSpec, stored: StructType, now: StructType): boolean {
  const isIn = ({ fields }: StructType, name: string) => fields.some((one) => one.name === name);
  const isOurs = ({ name }: { readonly name: string }) => name.startsWith(RESERVED_PREFIX);
  return (
    keys.some((key) => !isIn(stored, key)) ||
    now.fields.some((column) => isOurs(column) && !isIn(stored, column.name)) ||
    stored.fields.some((column) => {
      const same = now.fields.find((one) => one.name === column.name);
      return same === undefined ? isOurs(column) : !sameType(same.dataType, column.dataType);
    })
  );
}

/** The error of changes that cannot go on; `file` is where what they do not fit is stored. */
export function keptOtherwise({ name }: TableTarget, file: string): EngineError {
  const condition = "AUTOCDC_INVALID_STATE.KEY_SCHEMA_DRIFT";
  return new EngineError(
    `[${condition}] The changes of ${name} were kept for other keys, another SCD type or another type of sequence. Run a full refresh of "${name}" to begin again from its source.`,
    { condition, domain: "user", retry: "never", file },
  );
}
