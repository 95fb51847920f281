import { INTEGER, LONG, STRING } from "../../data-type/data-type.ts";
import { anything } from "../accept.ts";
import { scalar } from "../define.ts";
import type { FunctionEntry } from "../function-entry.ts";
import { neverNull } from "../result-rule.ts";

const constant = { nullable: neverNull };
const perRow = { nullable: neverNull, deterministic: false };

/** Facts about the session, the input and the row. `typeof` is a constant known at analysis. */
export const MISCELLANEOUS: readonly FunctionEntry[] = [
  scalar("typeof", [anything], STRING, constant),
  scalar("uuid", [], STRING, perRow),
  scalar("monotonically_increasing_id", [], LONG, perRow),
  scalar("spark_partition_id", [], INTEGER, perRow),
  scalar("input_file_name", [], STRING, perRow),
  scalar("input_file_block_start", [], LONG, perRow),
  scalar("input_file_block_length", [], LONG, perRow),
  scalar("current_user", [], STRING, { ...constant, aliases: ["user", "session_user"] }),
  scalar("current_catalog", [], STRING, constant),
  scalar("current_schema", [], STRING, { ...constant, aliases: ["current_database"] }),
  scalar("version", [], STRING, constant),
];
