import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { ReadStatement, Statement } from "./statement.ts";
import type { StatementText } from "./substitute.ts";

const SETTING = /^SET\b\s*([\s\S]*)$/i;

/** Whether a statement is `SET ..`. Its value need not be SQL text, so that it is read before tokens are. */
export function atSetting(text: string): boolean {
  return SETTING.test(text);
}

/** Reads `SET key = value`, the value with or without quotes; `SET key` and `SET` only ask and do nothing. */
export function parseSetting({ text, origin }: StatementText): ReadStatement {
  const body = (SETTING.exec(text)?.[1] ?? "").trim();
  const refused = REFUSED.find(({ form }) => form.test(body));
  if (refused !== undefined) {
    const params = { feature: refused.feature, plan: refused.plan };
    const error = new PipelineError("UNSUPPORTED_FEATURE", params, { origin });
    return { statement: { kind: "Nothing" }, errors: [error], warnings: [] };
  }
  const equals = body.indexOf("=");
  const key = unquoted(equals < 0 ? body : body.slice(0, equals).trim());
  const statement: Statement =
    equals < 0 || key === ""
      ? { kind: "Nothing" }
      : { kind: "Set", key, value: unquoted(body.slice(equals + 1).trim()) };
  return { statement, errors: [], warnings: [] };
}

const REFUSED: readonly { readonly form: RegExp; readonly feature: string; readonly plan: string }[] = [
  {
    form: /^TIME\s+ZONE\b/i,
    feature: "SET TIME ZONE in a pipeline's file",
    plan: "The time zone holds for the whole pipeline: set spark.sql.session.timeZone under `configuration:` in sluice.yml.",
  },
  {
    form: /^(VARIABLE|VAR|ROLE|RECIPIENT)\s/i,
    feature: "This form of SET",
    plan: "Write SET key = value, and use it as a parameter.",
  },
];

function unquoted(text: string): string {
  return /^(['"`])([\s\S]*)\1$/.exec(text)?.[2] ?? text;
}
