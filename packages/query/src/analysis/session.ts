import type { DataType, StructField } from "../data-type/data-type.ts";
import { VOID } from "../data-type/data-type.ts";
import type { Origin, Span } from "../expression/expression.ts";
import type { QueryProblem } from "../expression/problem.ts";
import type { Leaf, Relation } from "../relation/relation.ts";
import type { AnalysisOptions } from "./options.ts";
import type { Attribute, ResolvedLeaf, Typed } from "./plan.ts";
import type { Analyzed, Environment } from "./scope.ts";

/** Stands for an expression that failed: its problem is already reported, and whatever contains it fails silently. */
export const POISON: Typed = Object.freeze({ kind: "Literal", value: null, dataType: VOID, nullable: true });

/** Analyzes a relation in its surroundings. */
export type RelationAnalyzer = (relation: Relation, environment: Environment, session: Session) => Analyzed;

/** A place that a problem can be pinned to. */
export interface Place {
  readonly span?: Span;
  readonly origin?: Origin;
}

/** The place alone, without what stands there. */
export function placeOf({ span, origin }: Place): Place {
  if (span === undefined) return origin === undefined ? {} : { origin };
  return origin === undefined ? { span } : { span, origin };
}

/** One analysis: the problems found so far, the ids given out, and what references by DataFrame may mean. */
export class Session {
  readonly options: AnalysisOptions;
  readonly problems: QueryProblem[] = [];
  readonly analyzeRelation: (relation: Relation, environment: Environment) => Analyzed;
  readonly #dataFrames = new Map<number, Attribute[]>();
  readonly #leaves = new Map<Leaf, ResolvedLeaf | QueryProblem>();
  readonly #hidden = new Set<number>();
  readonly #poisoned = new Set<number>();
  readonly #views: string[] = [];
  readonly #known = new Map<Relation, Analyzed>();
  #place: Place = {};
  #lastId: number;
  #lastScan: number;

  constructor(options: AnalysisOptions, analyzeRelation: RelationAnalyzer) {
    this.options = options;
    this.#lastId = options.after?.attribute ?? 0;
    this.#lastScan = options.after?.scan ?? 0;
    this.analyzeRelation = (relation, environment) => {
      const known = this.#known.get(relation);
      if (known) return known;
      return this.at(relation, () => analyzeRelation(relation, environment, this));
    };
  }

  /** A number for a column, a lambda's parameter or the like. */
  newId(): number {
    return ++this.#lastId;
  }

  newScan(): number {
    return ++this.#lastScan;
  }

  /** A new column. */
  attribute(
    name: string,
    dataType: DataType,
    nullable: boolean,
    metadata: Readonly<Record<string, unknown>> = {},
  ): Attribute {
    return { id: this.newId(), name, dataType, nullable, metadata };
  }

  /** New columns of a schema. */
  attributes(fields: readonly StructField[]): readonly Attribute[] {
    return fields.map((one) => this.attribute(one.name, one.dataType, one.nullable, one.metadata));
  }

  /** Marks columns that are left out of plans when nothing names them. */
  hide(attributes: readonly Attribute[]): void {
    for (const attribute of attributes) this.#hidden.add(attribute.id);
  }

  /** Whether a column was marked so, by its id. */
  isHidden(id: number): boolean {
    return this.#hidden.has(id);
  }

  /** The column of an expression that failed. */
  poisonedAttribute(name: string): Attribute {
    const attribute = this.attribute(name, VOID, true);
    this.#poisoned.add(attribute.id);
    return attribute;
  }

  /** The same column under a new id: hidden or poisoned if it is. */
  copyOf(attribute: Attribute): Attribute {
    const copy = this.attribute(attribute.name, attribute.dataType, attribute.nullable, attribute.metadata);
    if (this.#hidden.has(attribute.id)) this.#hidden.add(copy.id);
    if (this.#poisoned.has(attribute.id)) this.#poisoned.add(copy.id);
    return copy;
  }

  /** The same for rows that another query may fill. */
  nullableCopyOf(attribute: Attribute): Attribute {
    return { ...this.copyOf(attribute), nullable: true };
  }

  isPoisoned(attribute: Attribute): boolean {
    return this.#poisoned.has(attribute.id);
  }

  /** Keeps a problem, at the place given or that of the relation being analyzed. The answer stands for what failed. */
  report(
    condition: string,
    message: string,
    place: Place = {},
    parameters: Readonly<Record<string, string>> = {},
  ): Typed {
    const span = place.span ?? this.#place.span;
    const origin = place.origin ?? this.#place.origin;
    this.problems.push({ condition, message, parameters, ...(span && { span }), ...(origin && { origin }) });
    return POISON;
  }

  /** Keeps a problem that was found elsewhere. */
  keep(problem: QueryProblem): void {
    const { span, origin } = this.#place;
    const place = problem.span || problem.origin ? {} : { ...(span && { span }), ...(origin && { origin }) };
    this.problems.push({ ...problem, ...place });
  }

  /** Runs `work` with the relation as the place of problems that have none. */
  at<T>(relation: Place, work: () => T): T {
    const outside = this.#place;
    if (relation.span || relation.origin) this.#place = { ...outside, ...placeOf(relation) };
    try {
      return work();
    } finally {
      this.#place = outside;
    }
  }

  /** Runs `work`, in which the relation is not analyzed again: its answer is known. */
  withAnalyzed<T>(relation: Relation, analyzed: Analyzed, work: () => T): T {
    this.#known.set(relation, analyzed);
    try {
      return work();
    } finally {
      this.#known.delete(relation);
    }
  }

  /** What the leaf is; the world is asked once. */
  resolve(leaf: Leaf): ResolvedLeaf | QueryProblem {
    const known = this.#leaves.get(leaf);
    if (known !== undefined) return known;
    const resolved = this.options.resolveLeaf(leaf);
    this.#leaves.set(leaf, resolved);
    return resolved;
  }

  /** Analyzes a view's body; undefined when the view is being analyzed already, so that it would contain itself. */
  inView(dataset: string, work: () => Analyzed): Analyzed | undefined {
    if (this.#views.includes(dataset)) return undefined;
    this.#views.push(dataset);
    try {
      return work();
    } finally {
      this.#views.pop();
    }
  }

  /** Remembers the columns of the DataFrame `planId`. One DataFrame used twice has two sets. */
  register(planId: number, attributes: readonly Attribute[]): void {
    this.#dataFrames.set(planId, [...(this.#dataFrames.get(planId) ?? []), ...attributes]);
  }

  /** The columns of the DataFrame `planId`, in its order. */
  columnsOfDataFrame(planId: number): readonly Attribute[] {
    return this.#dataFrames.get(planId) ?? [];
  }

  /** The columns that `df.col(name)` may mean. */
  ofDataFrame(planId: number, name: string): readonly Attribute[] {
    const wanted = name.toLowerCase();
    return this.columnsOfDataFrame(planId).filter((attribute) => attribute.name.toLowerCase() === wanted);
  }
}
