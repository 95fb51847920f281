import { field, STRING, type StructField, struct } from "@sluice/query";
import { quoteName, quoteText } from "../../compile/identifier.ts";
import { type Output, type StageContext, stageOutput } from "../stage-output.ts";
import { ADDED, OLD, PAIRS } from "./paired-rows.ts";

const CHANGE_TYPE = "_change_type";

/** Writes every change of a merge as rows of the change feed: inserts, deletes, and updates before and after. `OLD` holds old rows in full. */
export async function stageChanges(context: StageContext, stored: readonly StructField[]): Promise<Output> {
  const { target } = context.request;
  const schema = struct([...stored, field(CHANGE_TYPE, STRING)]);
  const columns = stored.map((one) => `t.${quoteName(one.name)}`).join(", ");
  const rows = (type: string, from: string) =>
    `SELECT ${columns}, ${quoteText(type)} AS ${quoteName(CHANGE_TYPE)} FROM ${from}`;
  const select = [
    rows("delete", `${OLD} AS t ANTI JOIN ${PAIRS} AS p ON p.o = t.__at`),
    rows("update_preimage", `${OLD} AS t SEMI JOIN (SELECT o FROM ${PAIRS} WHERE NOT same) AS p ON p.o = t.__at`),
    rows("update_postimage", `${ADDED} AS t SEMI JOIN (SELECT a FROM ${PAIRS} WHERE NOT same) AS p ON p.a = t.__at`),
    rows("insert", `${ADDED} AS t ANTI JOIN ${PAIRS} AS p ON p.a = t.__at`),
  ].join(" UNION ALL ");
  return await stageOutput(context, "changes", { ...target, schema }, select);
}
