import type { DataType } from "../data-type/data-type.ts";
import type { Value } from "../expression/expression.ts";

/** What a function makes: a value a row, a value a group, a value from a row's window, or rows. */
export type FunctionKind = "scalar" | "aggregate" | "window" | "generator" | "table";

/** An argument as the catalogue's rules see it. */
export interface Argument {
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** The name of the column or field that the argument is; absent when it has none. */
  readonly name?: string | undefined;
  /** TRUE for a lambda, whose type is that of its body. */
  readonly lambda?: boolean;
  /** Its value when it is a constant known at analysis. */
  readonly constant?: Value | undefined;
  /** What it holds when it is a map of constant texts, keys in lower case. */
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/** The settings that the rules depend on. */
export interface TypeContext {
  readonly ansi: boolean;
}

/** Why arguments do not fit: Spark's error condition, and the argument at fault (from 0) if it is one. */
export interface ArgumentFault {
  readonly kind: "Fault";
  readonly condition: string;
  readonly message: string;
  readonly argument?: number;
}

/** The type that each argument is cast to, in order, or what is wrong with them. */
export type Coercion = (args: readonly Argument[], context: TypeContext) => readonly DataType[] | ArgumentFault;

/** The type of the result, from arguments that have been cast. */
export type ResultRule = (args: readonly Argument[], context: TypeContext) => DataType | ArgumentFault;

/** Whether the result can be NULL, from arguments that have been cast. */
export type NullRule = (args: readonly Argument[], context: TypeContext) => boolean;

/** What a lambda's parameter is given. */
export interface LambdaInput {
  readonly dataType: DataType;
  readonly nullable: boolean;
}

/** The parameters of the lambda at position `index`, from the arguments before it (and the zero of `aggregate`). */
export type LambdaRule = (
  args: readonly (Argument | undefined)[],
  index: number,
  parameters: number,
) => readonly LambdaInput[] | undefined;

/** One function or operator of the language. */
export interface FunctionEntry {
  /** Canonical name: what `TypedCall.name` holds and what engines translate. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: FunctionKind;
  readonly minimum: number;
  /** `Infinity` when any number of arguments may follow. */
  readonly maximum: number;
  /** Names for `name => value`, in order; empty when the function takes none. */
  readonly parameters: readonly string[];
  readonly coerce: Coercion;
  readonly result: ResultRule;
  readonly nullable: NullRule;
  readonly lambdas?: LambdaRule;
  /** FALSE when two calls with the same arguments may differ. */
  readonly deterministic: boolean;
  /** An aggregate or window function that means nothing without an order: needs `OVER (.. ORDER BY ..)`. */
  readonly needsOrder: boolean;
}

/** Whether a rule's answer is a fault. */
export function isFault(answer: DataType | readonly DataType[] | ArgumentFault): answer is ArgumentFault {
  return (answer as Partial<ArgumentFault>).kind === "Fault";
}

/** A fault of types, under `DATATYPE_MISMATCH`. */
export function mismatch(reason: string, message: string, argument?: number): ArgumentFault {
  const condition = `DATATYPE_MISMATCH.${reason}`;
  return argument === undefined
    ? { kind: "Fault", condition, message }
    : { kind: "Fault", condition, message, argument };
}
