import { readFileSync } from "node:fs";
import type { Attribute, Plan, Typed, Value } from "@sluice/query";
import type {
  CommittedFile,
  Engine,
  InputSlice,
  Inputs,
  QueryResult,
  RuleCounts,
  StateWrite,
  TableDescription,
  Tables,
  TableTail,
  TableTarget,
  WriteOutcome,
  WriteRequest,
} from "../src/engine/engine.ts";
import { MemoryTable, type Row } from "./memory-table.ts";

type Tuple = ReadonlyMap<number, Value>;

/** What a `fail` rule found. */
class Violation {
  readonly outcome: Extract<WriteOutcome, { kind: "Violated" }>;

  constructor(outcome: Extract<WriteOutcome, { kind: "Violated" }>) {
    this.outcome = outcome;
  }
}

/** A small engine that keeps tables in memory and honours transactions. `onCommit` is called before each commit and may throw. */
export class MemoryEngine implements Engine {
  readonly name = "memory";
  readonly contents: Map<string, MemoryTable>;
  readonly onCommit: (step: string) => void;
  readonly tables: Tables;

  constructor(contents = new Map<string, MemoryTable>(), onCommit: (step: string) => void = () => {}) {
    this.contents = contents;
    this.onCommit = onCommit;
    this.tables = {
      describe: async (location, version) => this.#describe(location, version),
      files: async (location, version) =>
        this.#files(location, -1, version).map((file) => ({ ...file, modifiedAt: file.version, partition: "" })),
      versionAt: async () => undefined,
      transactionVersion: async (location, appId) => contents.get(location)?.transaction(appId),
      tail: async (location, version, through) => this.#tail(location, version, through),
      changes: async (location, after, through) => this.#files(location, after, through),
      propertyProblems: () => [],
      ensure: async (target) => this.#ensure(target),
      history: async () => [],
      clear: async (location, appIds) => {
        onCommit(`clear ${location}`);
        contents.get(location)?.clear(appIds);
      },
    };
  }

  check(): readonly [] {
    return [];
  }

  async inferSchema(): Promise<never> {
    throw new Error("not in memory");
  }

  async query(plan: Plan, inputs: Inputs): Promise<QueryResult> {
    const rows = new Evaluation(inputs, this.contents).run(plan);
    return {
      schema: {
        kind: "struct",
        fields: plan.output.map(({ name, dataType, nullable, metadata }) => ({ name, dataType, nullable, metadata })),
      },
      rows: rows.map((row) => plan.output.map((column) => row.get(column.id) ?? null)),
    };
  }

  async write(request: WriteRequest, signal?: AbortSignal): Promise<WriteOutcome> {
    await request.after;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    const { target, transaction, mode } = request;
    const committed = transaction && this.contents.get(target.location)?.transaction(transaction.appId);
    if (transaction !== undefined && committed !== undefined && committed >= transaction.version) {
      return { kind: "AlreadyCommitted", version: this.contents.get(target.location)?.version ?? 0 };
    }
    const evaluation = new Evaluation(request.inputs, this.contents);
    try {
      const rows = named(request.plan.output, evaluation.run(request.plan));
      for (const state of request.states) this.#appendState(state, evaluation, request);
      this.onCommit(`commit ${target.location}`);
      const table = this.#table(target);
      const version = table.commit({
        operation: request.operation,
        added: rows,
        removesAll: mode === "overwrite",
        ...(transaction === undefined ? {} : { transaction }),
      });
      return { kind: "Committed", version, rows: rows.length, bytes: rows.length, counts: evaluation.counts };
    } catch (error) {
      if (error instanceof Violation) return error.outcome;
      throw error;
    }
  }

  async exportFiles(): Promise<number> {
    throw new Error("tables in memory are not written as files");
  }

  async close(): Promise<void> {}

  #appendState(state: StateWrite, evaluation: Evaluation, { transaction }: WriteRequest): void {
    const table = this.#table(state.target);
    if (transaction === undefined || (table.transaction(transaction.appId) ?? -1) >= transaction.version) return;
    const rows = named(state.plan.output, evaluation.run(state.plan));
    this.onCommit(`commit ${state.target.location}`);
    table.commit({ operation: "STREAMING UPDATE", added: rows, removesAll: state.mode === "replace", transaction });
  }

  #table(target: TableTarget): MemoryTable {
    const table = this.contents.get(target.location) ?? new MemoryTable(target.schema);
    this.contents.set(target.location, table);
    return table;
  }

  #ensure(target: TableTarget): void {
    if (this.contents.has(target.location)) return;
    this.onCommit(`ensure ${target.location}`);
    this.#table(target);
  }

  #describe(location: string, version?: number): TableDescription | undefined {
    const table = this.contents.get(location);
    if (table === undefined) return undefined;
    const rows = table.rowsAt(version ?? table.version).length;
    return {
      location,
      id: table.id,
      version: version ?? table.version,
      schema: table.schema,
      partitionBy: [],
      clusterBy: [],
      protocol: { reader: 1, writer: 2, features: [] },
      properties: {},
      files: rows === 0 ? 0 : 1,
      sizeBytes: rows,
      rows,
      modifiedAt: 0,
    };
  }

  #tail(location: string, version: number, through?: number): TableTail {
    const table = this.contents.get(location);
    if (table === undefined) throw new Error(`no table ${location}`);
    const removing = table.commits.findIndex(
      (commit, i) => i > version && i <= (through ?? i) && commit.removesAll && table.rowsAt(i - 1).length > 0,
    );
    if (removing >= 0)
      return {
        kind: "Changed",
        version: removing,
        operation: table.commits[removing]?.operation ?? "",
        adds: table.rowsAt(removing).length > 0,
        files: this.#files(location, version, removing - 1),
      };
    const until = through ?? table.version;
    return { kind: "Appends", through: until, files: this.#files(location, version, until) };
  }

  /** Each row is a file of one byte. */
  #files(location: string, after: number, through: number): readonly CommittedFile[] {
    const commits = this.contents.get(location)?.commits.slice(after + 1, through + 1) ?? [];
    return commits.flatMap(({ added }, i) =>
      added.map((_, row) => ({ version: after + 1 + i, path: `${after + 1 + i}/${row}`, sizeBytes: 1 })),
    );
  }
}

function named(output: readonly Attribute[], rows: readonly Tuple[]): readonly Row[] {
  return rows.map((row) => Object.fromEntries(output.map((column) => [column.name, row.get(column.id) ?? null])));
}

function renamed(output: readonly Attribute[], values: readonly Value[]): Tuple {
  return new Map(output.map((column, i) => [column.id, values[i] ?? null]));
}

/** Evaluates plans over one set of inputs; a node object that occurs twice is evaluated once. */
class Evaluation {
  readonly counts: RuleCounts[] = [];
  readonly #inputs: Inputs;
  readonly #contents: ReadonlyMap<string, MemoryTable>;
  readonly #done = new Map<Plan, readonly Tuple[]>();

  constructor(inputs: Inputs, contents: ReadonlyMap<string, MemoryTable>) {
    this.#inputs = inputs;
    this.#contents = contents;
  }

  run(plan: Plan): readonly Tuple[] {
    const known = this.#done.get(plan);
    if (known !== undefined) return known;
    const rows = this.#evaluate(plan);
    this.#done.set(plan, rows);
    return rows;
  }

  #evaluate(plan: Plan): readonly Tuple[] {
    switch (plan.kind) {
      case "Scan":
        return this.#scan(plan.output, this.#inputs.get(plan.scan));
      case "Values":
        return plan.rows.map((row) =>
          renamed(
            plan.output,
            row.map((value) => evaluate(value, new Map())),
          ),
        );
      case "Project":
        return this.run(plan.input).map(
          (row) => new Map(plan.columns.map(({ attribute, expression }) => [attribute.id, evaluate(expression, row)])),
        );
      case "Filter":
        return this.run(plan.input).filter((row) => evaluate(plan.condition, row) === true);
      case "Join":
        return this.#join(plan);
      case "Deduplicate":
        return this.#deduplicate(plan);
      case "SetOperation":
        return [plan.left, plan.right].flatMap((side) =>
          this.run(side).map((row) =>
            renamed(
              plan.output,
              side.output.map((column) => row.get(column.id) ?? null),
            ),
          ),
        );
      case "Aggregate":
        return [renamed(plan.output, [BigInt(this.run(plan.input).length)])];
      case "Expect":
        return this.#expect(plan);
      default:
        throw new Error(`${plan.kind} is not in memory`);
    }
  }

  #scan(output: readonly Attribute[], slice: InputSlice | undefined): readonly Tuple[] {
    if (slice?.kind === "Rows") return slice.rows.map((row) => renamed(output, row));
    const rows = this.#rows(slice);
    return rows.map((row) => new Map(output.map((column) => [column.id, row[column.name] ?? null])));
  }

  #rows(slice: InputSlice | undefined): readonly Row[] {
    switch (slice?.kind) {
      case "Files":
        return slice.files.flatMap((file) =>
          readFileSync(file.path, "utf8")
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as Row),
        );
      case "TableVersion":
        return this.#contents.get(slice.location)?.rowsAt(slice.version) ?? [];
      case "TableAppends":
        return this.#contents.get(slice.location)?.appended(slice.after, slice.through) ?? [];
      case "Rows":
        return [];
      case "TableChanges":
        throw new Error("changes are not in memory");
      case "Ticks":
        throw new Error("ticks are not in memory");
      case undefined:
        throw new Error("a scan without input");
    }
  }

  #join(plan: Plan & { kind: "Join" }): readonly Tuple[] {
    const right = this.run(plan.right);
    return this.run(plan.left).flatMap((left) => {
      const matches = right
        .map((row) => new Map([...left, ...row]))
        .filter((row) => plan.condition === undefined || evaluate(plan.condition, row) === true);
      if (plan.how === "anti") return matches.length === 0 ? [left] : [];
      return matches.length === 0 && plan.how === "left" ? [left] : matches;
    });
  }

  #deduplicate(plan: Plan & { kind: "Deduplicate" }): readonly Tuple[] {
    const seen = new Set<string>();
    return this.run(plan.input).filter((row) => {
      const key = JSON.stringify(plan.keys.map((id) => String(row.get(id) ?? null)));
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  }

  #expect(plan: Plan & { kind: "Expect" }): readonly Tuple[] {
    const rows = this.run(plan.input);
    const breaks = (row: Tuple, condition: Typed) => {
      const value = evaluate(condition, row);
      return value === false || (value === null && plan.nullIsViolation);
    };
    const failing = plan.rules.filter((rule) => rule.policy === "fail");
    for (const row of rows) {
      const broken = failing.filter((rule) => breaks(row, rule.condition)).map((rule) => rule.name);
      const record = JSON.stringify(named(plan.output, [row])[0]);
      if (broken.length > 0) throw new Violation({ kind: "Violated", dataset: plan.dataset, rules: broken, record });
    }
    const drops = plan.rules.filter((rule) => rule.policy === "drop" || rule.policy === "quarantine");
    const kept = rows.filter((row) => !drops.some((rule) => breaks(row, rule.condition)));
    const rules = plan.rules.map(({ name, condition }) => {
      const failed = rows.filter((row) => breaks(row, condition)).length;
      return { name, passed: rows.length - failed, failed };
    });
    this.counts.push({ dataset: plan.dataset, rules, dropped: rows.length - kept.length });
    return kept;
  }
}

function evaluate(expression: Typed, row: Tuple): Value {
  switch (expression.kind) {
    case "Literal":
      return expression.value;
    case "Column":
      return row.get(expression.id) ?? null;
    case "Call":
      return call(
        expression.name,
        expression.args.map((arg) => evaluate(arg, row)),
      );
    default:
      throw new Error(`${expression.kind} is not in memory`);
  }
}

function call(name: string, args: readonly Value[]): Value {
  if (name === "struct") return args;
  const [left = null, right = null] = args;
  if (name === "<=>") return left === right;
  if (name === "isnotnull") return left !== null;
  if (name === "and") return left === true && right === true;
  if (left === null || right === null) return null;
  if (name === "=") return left === right;
  if (name === ">") return left > right;
  throw new Error(`${name} is not in memory`);
}
