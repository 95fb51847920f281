import { type DataType, sameType } from "@sluice/query";

const INTEGERS = ["byte", "short", "integer", "long"];

/** Whether every value of one type is a value of the other, as Spark's Parquet reader takes them. */
export function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  const at = INTEGERS.indexOf(from.kind);
  if (at >= 0 && INTEGERS.indexOf(to.kind) >= at) return true;
  if (at >= 0 && at < 3 && to.kind === "double") return true;
  if (from.kind === "float" && to.kind === "double") return true;
  if (from.kind === "decimal" && to.kind === "decimal") {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === "timestamp_ntz") return to.kind === "timestamp";
  if (from.kind === "binary") return to.kind === "string";
  if (from.kind === "date") return to.kind === "timestamp_ntz";
  return to.kind === "variant" && from.kind === "string";
}
