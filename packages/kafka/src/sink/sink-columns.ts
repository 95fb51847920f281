import { columnOf, type Plan, type StructType, simpleString } from "@sluice/query";
import type { FramedShape } from "../staging/framed-rows.ts";

/** A column that a sink of Kafka takes; all others are left out. */
type SinkColumn = "topic" | "partition" | "key" | "value" | "headers";

/** The columns in the order in which they are exported, with the types that they may have, as Spark's KafkaWriter has them. */
const COLUMNS: readonly {
  readonly name: SinkColumn;
  readonly types: readonly string[];
  readonly shape: FramedShape;
}[] = [
  { name: "topic", types: ["string"], shape: "Bytes" },
  { name: "partition", types: ["int"], shape: "Bytes" },
  { name: "key", types: ["string", "binary"], shape: "Bytes" },
  { name: "value", types: ["string", "binary"], shape: "Bytes" },
  { name: "headers", types: ["array<struct<key:string,value:binary>>"], shape: "Pairs" },
];

/** What is wrong with columns, in the words of Spark's KafkaWriter. @param topic - The option, which wins over the column. */
export function columnProblems({ fields }: StructType, topic: string | undefined): readonly string[] {
  const find = (name: string) => fields.find((field) => field.name === name);
  const problems: string[] = [];
  if (topic === undefined && find("topic") === undefined) {
    problems.push(
      "topic option required when no 'topic' attribute is present. Use the topic option for setting a topic.",
    );
  }
  if (find("value") === undefined) problems.push("Required attribute 'value' not found.");
  for (const { name, types } of COLUMNS) {
    const type = find(name)?.dataType;
    const isUsed = type !== undefined && !(name === "topic" && topic !== undefined);
    if (!isUsed || types.includes(simpleString(type))) continue;
    problems.push(
      `${name} attribute unsupported type ${simpleString(type)}. ${name} must be a(n) ${types.join(" or ")}.`,
    );
  }
  return problems;
}

/** The columns that a plan gives to the sink, and where each stands among those that are exported; behind the last for none. */
export interface ExportedColumns {
  readonly plan: Plan;
  readonly shapes: readonly FramedShape[];
  readonly at: Readonly<Record<SinkColumn, number>>;
}

/** Leaves of a plan what the sink takes. */
export function exportedColumns(plan: Plan, topic: string | undefined): ExportedColumns {
  const found = COLUMNS.flatMap(({ name, shape }) => {
    const attribute = plan.output.find((one) => one.name === name);
    return attribute === undefined || (name === "topic" && topic !== undefined) ? [] : [{ name, shape, attribute }];
  });
  const columns = found.map(({ attribute }) => ({ attribute, expression: columnOf(attribute) }));
  const place = (name: SinkColumn): number => {
    const index = found.findIndex((one) => one.name === name);
    return index < 0 ? found.length : index;
  };
  return {
    plan: { kind: "Project", input: plan, output: columns.map(({ attribute }) => attribute), columns },
    shapes: found.map(({ shape }) => shape),
    at: {
      topic: place("topic"),
      partition: place("partition"),
      key: place("key"),
      value: place("value"),
      headers: place("headers"),
    },
  };
}
