import type { Connector } from "@sluice/pipelines";
import { outputSchema, QueryError, type Relation, type WriteSpec } from "@sluice/query";
import { evaluateQuery } from "./evaluate-query.ts";
import { executionSession } from "./execution-session.ts";
import type { SessionState } from "./session-state.ts";

/**
 * Appends rows to what a connector writes, such as topics of Kafka.
 *
 * @throws QueryError for options, modes and columns that cannot be, in the words of Spark's KafkaWriter; EngineError for trouble while writing
 */
export async function writeConnected(
  relation: Relation,
  spec: WriteSpec,
  connector: Connector,
  state: SessionState,
): Promise<void> {
  const format = (spec.format ?? "").toLowerCase();
  checkSpec(spec, format);
  const origin = { file: "<session>", line: 1, column: 1 };
  const resolved = connector.resolveSink?.({ name: format, format, options: spec.options, origin });
  const [wrong] = resolved?.errors ?? [];
  if (wrong !== undefined) throw refusal(wrong.condition, [wrong.message, wrong.next ?? ""].join(" ").trim());
  if (resolved?.sink === undefined) throw refusal("DATA_SOURCE_NOT_FOUND", `Rows cannot be written as "${format}".`);
  const { plan, inputs } = await evaluateQuery(relation, state);
  const [problem] = resolved.sink.check(outputSchema(plan));
  if (problem !== undefined) throw refusal("_LEGACY_ERROR_TEMP_3080", problem);
  await resolved.sink.append({ plan, inputs, session: executionSession(state) }, { engine: await state.engine() });
}

function checkSpec({ target, mode, options, partitionBy }: WriteSpec, format: string): void {
  if (target.kind !== "Unplaced") {
    const place = target.kind === "Path" ? "a path" : "a table";
    const message = `The feature is not supported: writing ${format} to ${place}. Call save() without one, and say where to with options.`;
    throw refusal("UNSUPPORTED_FEATURE", message);
  }
  if (mode === "overwrite" || mode === "ignore") {
    const name = mode === "overwrite" ? "Overwrite" : "Ignore";
    const message = `Save mode ${name} not allowed for Kafka. Allowed save modes are Append and ErrorIfExists (default).`;
    throw refusal("_LEGACY_ERROR_TEMP_3081", message);
  }
  if (partitionBy.length === 0 && options["path"] === undefined) return;
  throw refusal("UNSUPPORTED_FEATURE", `The feature is not supported: folders of ${format}.`);
}

function refusal(condition: string, message: string): QueryError {
  return new QueryError([{ condition, message, parameters: {} }]);
}
