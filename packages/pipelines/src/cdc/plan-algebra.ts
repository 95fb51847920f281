import {
  type Attribute,
  analyze,
  columnOf,
  type DataFrame,
  type DataType,
  type Leaf,
  mapPlanChildren,
  type Named,
  type Plan,
  prune,
  reader,
  type StructType,
  struct,
} from "@sluice/query";

/** A stored table that queries name: what it has, and where it is read. */
export interface StoredTable {
  readonly name: string;
  readonly schema: StructType;
  /** Columns that a query gets by naming them. */
  readonly hidden?: StructType;
}

/** A read of a stored table in a plan. */
export interface StoredRead {
  readonly scan: number;
  readonly table: string;
}

/**
 * Plans made from other plans by queries: a name in a query stands for a plan or a stored table. A plan that several queries name is one object in all results, so
 * that an engine can evaluate it once. Numbers of columns and scans are above those taken before.
 */
export class PlanAlgebra {
  /** All reads of stored tables in the plans made so far. */
  readonly reads: StoredRead[] = [];
  readonly #plans = new Map<string, Plan>();
  readonly #tables = new Map<string, StoredTable>();
  readonly #settings: { readonly ansi: boolean; readonly timeZone: string };
  #attribute: number;
  #scan: number;

  constructor(
    free: { readonly scan: number; readonly attribute: number },
    settings: { readonly ansi: boolean; readonly timeZone: string },
    tables: readonly StoredTable[],
  ) {
    this.#attribute = free.attribute;
    this.#scan = free.scan;
    this.#settings = settings;
    for (const table of tables) this.#tables.set(table.name, table);
  }

  /** A query's rows under a name. */
  define(name: string, plan: Plan): DataFrame {
    this.#plans.set(name, plan);
    return this.rows(name);
  }

  /** The rows of a name, for a query. */
  rows(name: string): DataFrame {
    return reader(false).table(`\`${name}\``);
  }

  /** The types of a plan's columns by name. @throws Error for a name that stands for no plan */
  types(name: string): ReadonlyMap<string, DataType> {
    const plan = this.#plans.get(name);
    if (plan === undefined) throw new Error(`no plan is called ${name}`);
    return new Map(plan.output.map((one) => [one.name, one.dataType]));
  }

  /** The plan of a query. */
  plan(query: Pick<DataFrame, "relation">): Plan {
    const analyzed = analyze(query.relation, {
      ...this.#settings,
      resolveLeaf: (leaf) => {
        const table = this.#tableOf(leaf);
        return { kind: "Table", schema: table.schema, hidden: table.hidden ?? struct([]) };
      },
      after: { attribute: this.#attribute, scan: this.#scan },
    });
    return this.#substitute(prune(analyzed), new Map());
  }

  /** A plan with one more column. */
  withColumn(input: Plan, column: Omit<Attribute, "id">, expression: Named["expression"]): Plan {
    const attribute = { ...column, id: ++this.#attribute };
    const passed = input.output.map((one): Named => ({ attribute: one, expression: columnOf(one) }));
    return {
      kind: "Project",
      input,
      columns: [...passed, { attribute, expression }],
      output: [...input.output, attribute],
    };
  }

  #tableOf(leaf: Leaf): StoredTable {
    const name = leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.kind;
    const plan = this.#plans.get(name);
    if (plan !== undefined) return { name, schema: struct(plan.output.map(({ id: _, ...column }) => column)) };
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`no plan or table is called ${name}`);
    return table;
  }

  /** Puts plans in the place of their names, and notes the numbers that are taken now. */
  #substitute(plan: Plan, known: Map<Plan, Plan>): Plan {
    const done = known.get(plan);
    if (done !== undefined) return done;
    for (const { id } of plan.output) this.#attribute = Math.max(this.#attribute, id);
    const result =
      plan.kind === "Scan" ? this.#read(plan) : mapPlanChildren(plan, (child) => this.#substitute(child, known));
    known.set(plan, result);
    return result;
  }

  #read(scan: Extract<Plan, { kind: "Scan" }>): Plan {
    this.#scan = Math.max(this.#scan, scan.scan);
    const { name } = this.#tableOf(scan.leaf);
    const plan = this.#plans.get(name);
    if (plan === undefined) {
      this.reads.push({ scan: scan.scan, table: name });
      return scan;
    }
    const columns = scan.output.map((attribute): Named => {
      const from = plan.output.find((one) => one.name === attribute.name);
      if (from === undefined) throw new Error(`${name} has no column ${attribute.name}`);
      return { attribute, expression: columnOf(from) };
    });
    return { kind: "Project", input: plan, columns, output: scan.output };
  }
}
