import type { DataType } from "../data-type/data-type.ts";
import { sqlType } from "../data-type/simple-string.ts";
import { type Accept, lambda } from "./accept.ts";
import type { Argument, Coercion, FunctionEntry, FunctionKind, ResultRule } from "./function-entry.ts";
import { mismatch } from "./function-entry.ts";
import { always, mayBeNull, nullIfAny } from "./result-rule.ts";

/** What a row of the catalogue says beyond name, parameters and result. */
export interface RowOptions
  extends Partial<Pick<FunctionEntry, "nullable" | "lambdas" | "deterministic" | "needsOrder">> {
  readonly aliases?: readonly string[];
  /** The last parameter may repeat any number of times (also zero times when it is optional). */
  readonly variadic?: boolean;
  /** Names for named arguments. */
  readonly names?: readonly string[];
  /** Replaces the parameter-wise casts: for arguments whose types depend on each other. */
  readonly coerce?: Coercion;
  /** Overrides the least number of arguments. */
  readonly minimum?: number;
}

/** A function of a row's values. */
export function scalar(
  name: string,
  parameters: readonly Accept[],
  result: ResultRule | DataType,
  options: RowOptions = {},
): FunctionEntry {
  return define("scalar", name, parameters, result, { nullable: nullIfAny, ...options });
}

/** A function of a group of rows; NULL for an empty group unless said. */
export function aggregate(
  name: string,
  parameters: readonly Accept[],
  result: ResultRule | DataType,
  options: RowOptions = {},
): FunctionEntry {
  return define("aggregate", name, parameters, result, { nullable: mayBeNull, ...options });
}

/** A function that exists only with OVER. */
export function windowFunction(
  name: string,
  parameters: readonly Accept[],
  result: ResultRule | DataType,
  options: RowOptions = {},
): FunctionEntry {
  return define("window", name, parameters, result, { needsOrder: true, ...options });
}

/** A function that makes rows; its result type is the struct of the columns made. */
export function generator(
  name: string,
  parameters: readonly Accept[],
  result: ResultRule,
  options: RowOptions = {},
): FunctionEntry {
  return define("generator", name, parameters, result, { nullable: mayBeNull, ...options });
}

function define(
  kind: FunctionKind,
  name: string,
  parameters: readonly Accept[],
  result: ResultRule | DataType,
  options: RowOptions,
): FunctionEntry {
  return {
    name,
    kind,
    aliases: options.aliases ?? [],
    minimum: options.minimum ?? parameters.filter((one) => !one.optional).length,
    maximum: options.variadic ? Number.POSITIVE_INFINITY : parameters.length,
    parameters: options.names ?? [],
    coerce: options.coerce ?? castEach(parameters),
    result: typeof result === "function" ? result : always(result),
    nullable: options.nullable ?? mayBeNull,
    ...(options.lambdas && { lambdas: options.lambdas }),
    deterministic: options.deterministic ?? true,
    needsOrder: options.needsOrder ?? false,
  };
}

/** A lambda stands only where one is expected, and nothing else stands there. */
function takes(parameter: Accept | undefined, arg: Argument): boolean {
  return (parameter?.expected === lambda.expected) === (arg.lambda === true);
}

/** Casts each argument to what its own parameter takes; the last parameter stands for all that follow. */
export function castEach(parameters: readonly Accept[]): Coercion {
  return (args, context) => {
    const types: DataType[] = [];
    for (const arg of args) {
      const i = types.length;
      const parameter = parameters[i] ?? parameters.at(-1);
      const taken = takes(parameter, arg) ? parameter?.take(arg.dataType, context) : undefined;
      if (taken === undefined) {
        const message = `argument ${i + 1} requires ${parameter?.expected ?? "nothing"}, but has the type ${sqlType(arg.dataType)}`;
        return mismatch("UNEXPECTED_INPUT_TYPE", message, i);
      }
      types.push(taken);
    }
    return types;
  };
}
