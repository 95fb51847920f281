import { analyze, type DataType, type Expression, type Value } from "@sluice/query";
import { executionSession } from "./execution-session.ts";
import type { SessionState } from "./session-state.ts";

/** The value of an expression without columns, cast to a type. @throws QueryError when it is wrong, EngineError when it fails */
export async function constantValue(expression: Expression, dataType: DataType, state: SessionState): Promise<Value> {
  const cast: Expression = { kind: "Cast", expression, dataType, try: false };
  const named: Expression = { kind: "Alias", expression: cast, names: ["value"] };
  const { ansi, timeZone } = state.conf;
  const plan = analyze(
    { kind: "Project", input: { kind: "OneRow" }, expressions: [named] },
    {
      ansi,
      timeZone,
      resolveLeaf: (leaf) => ({
        condition: "UNSUPPORTED_FEATURE",
        message: "A sub-query cannot stand here.",
        parameters: {},
        ...(leaf.span && { span: leaf.span }),
      }),
    },
  );
  const result = await (await state.engine()).query(plan, new Map(), executionSession(state));
  return result.rows[0]?.[0] ?? null;
}
