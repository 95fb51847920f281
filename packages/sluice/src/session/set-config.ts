import type { QueryResult } from "@sluice/pipelines";
import { STRING } from "@sluice/query";
import type { NameReference, Statement } from "../statement/statement.ts";
import { answer } from "./answer.ts";
import { listSchemaNames } from "./list-tables.ts";
import type { SessionConf } from "./session-conf.ts";
import type { SessionState } from "./session-state.ts";
import { quoted, statementError } from "./table-facts.ts";

/** `SET`: shows all keys, one, or sets one and shows it. */
export function setConfig({ key, value }: Extract<Statement, { kind: "Set" }>, conf: SessionConf): QueryResult {
  if (key !== undefined && value !== undefined) conf.set(key, value);
  const shown = key === undefined ? [...conf.all] : [[key, conf.get(key, "<undefined>")]];
  return answer(
    [
      ["key", STRING, false],
      ["value", STRING, false],
    ],
    shown,
  );
}

/** `RESET`: puts one key, or all, back to what the session began with. */
export function reset(key: string | undefined, conf: SessionConf): void {
  for (const one of key === undefined ? conf.all.keys() : [key]) conf.unset(one);
}

/** `USE`: the schema of names without one. @throws QueryError when there is none of that name */
export async function useSchema(name: NameReference, state: SessionState): Promise<void> {
  state.schema = await existingSchema(name, state);
}

/** A schema by its name, the catalog passed over. @throws QueryError when there is none */
export async function existingSchema(name: NameReference, state: SessionState): Promise<string> {
  const schema = (name.parts.at(-1) ?? "").toLowerCase();
  if (schema === "default" || schema === state.schema || (await listSchemaNames(state)).includes(schema)) return schema;
  const shown = quoted(name.parts);
  throw statementError(
    name,
    "SCHEMA_NOT_FOUND",
    `The schema ${shown} cannot be found. SHOW SCHEMAS lists what there is.`,
    { schemaName: shown },
  );
}
