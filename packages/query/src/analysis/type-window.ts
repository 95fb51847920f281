import { type DataType, dayTimeInterval, INTEGER, sameType } from "../data-type/data-type.ts";
import { isAnsiInterval } from "../data-type/interval-type.ts";
import { sqlType } from "../data-type/simple-string.ts";
import { isDatetime, isIntegral, isInterval, isNumeric } from "../data-type/type-class.ts";
import type { FrameBound, WindowExpression } from "../expression/expression.ts";
import { findFunction } from "../function/catalogue.ts";
import { castTo, constantOf } from "./cast.ts";
import type { Typed, TypedFrameBound, TypedSortKey, TypedWindow } from "./plan.ts";
import { POISON } from "./session.ts";
import { typeCall } from "./type-call.ts";
import { typeKeys } from "./type-key.ts";
import type { Typing } from "./typing.ts";

/** The typed form of `call OVER (..)`. */
export function typeWindow(window: WindowExpression, typing: Typing): Typed {
  const { clause, session } = typing;
  if (!clause.windows || typing.inAggregate !== undefined) {
    const message = `a window function cannot stand in ${typing.inAggregate ?? clause.name}: compute it in a sub-query`;
    return session.report(clause.windows ? "NESTED_WINDOW_FUNCTION" : clause.fault, message, window);
  }
  const call = typeWindowCall(window, typing);
  const partitionBy = window.partitionBy.map((one) => typing.type(one, typing));
  const orderBy = typeKeys(window.orderBy, typing);
  const frame = window.frame && typeFrame(window.frame, orderBy, typing);
  const parts = [call, ...partitionBy, ...orderBy.map((key) => key.expression)];
  if (parts.includes(POISON) || frame === "failed" || call.kind !== "Call") return POISON;
  const span = window.span && { span: window.span };
  const { dataType, nullable } = call;
  return { kind: "Window", call, partitionBy, orderBy, ...(frame && { frame }), dataType, nullable, ...span };
}

function typeWindowCall(window: WindowExpression, typing: Typing): Typed {
  const { session } = typing;
  const { call } = window;
  const entry = call.kind === "Call" ? findFunction(call.name) : undefined;
  if (call.kind !== "Call" || (entry && entry.kind !== "aggregate" && entry.kind !== "window")) {
    return session.report(
      "UNSUPPORTED_EXPR_FOR_WINDOW",
      "only an aggregate or window function can stand before OVER",
      call.span ? call : window,
    );
  }
  if (call.distinct) {
    return session.report(
      "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
      `\`${call.name}\` with DISTINCT cannot stand over a window`,
      window,
    );
  }
  if (entry?.needsOrder && window.orderBy.length === 0) {
    return session.report(
      "WINDOW_FUNCTION_AND_FRAME_MISMATCH",
      `\`${call.name}\` needs ORDER BY in its window`,
      window,
    );
  }
  const ranking = entry?.kind === "window" && entry.maximum === 0;
  return typeCall(ranking ? { ...call, args: [] } : call, typing, true);
}

type Frame = NonNullable<TypedWindow["frame"]>;

function typeFrame(
  frame: NonNullable<WindowExpression["frame"]>,
  orderBy: readonly TypedSortKey[],
  typing: Typing,
): Frame | "failed" {
  const target = frame.unit === "rows" ? INTEGER : rangeType(orderBy);
  const lower = typeBound(frame.lower, target, typing);
  const upper = typeBound(frame.upper, target, typing);
  if (lower === undefined || upper === undefined) return "failed";
  if (
    target === undefined &&
    (lower.kind.endsWith("ing") || upper.kind.endsWith("ing")) &&
    ("offset" in lower || "offset" in upper)
  ) {
    const message = "a RANGE frame with offsets needs exactly one ORDER BY column, a number, date or timestamp";
    typing.session.report("DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER", message);
    return "failed";
  }
  if ("offset" in lower && "offset" in upper && !meet(lower.offset, upper.offset)) {
    const message = `the bounds of a RANGE frame must be of one type, and are ${sqlType(lower.offset.dataType)} and ${sqlType(upper.offset.dataType)}`;
    typing.session.report("DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES", message);
    return "failed";
  }
  return { unit: frame.unit, lower, upper };
}

function meet({ dataType: lower }: Typed, { dataType: upper }: Typed): boolean {
  return !isInterval(lower) || !isInterval(upper) || sameType(lower, upper);
}

function rangeType(orderBy: readonly TypedSortKey[]): DataType | undefined {
  const [only] = orderBy;
  const type = only?.expression.dataType;
  return orderBy.length === 1 && type && (isNumeric(type) || isDatetime(type) || isAnsiInterval(type))
    ? type
    : undefined;
}

/** Whether values of the ORDER BY column can be moved by an offset: days by whole days and months, instants by any interval. */
function moves(target: DataType | undefined, by: DataType): boolean {
  if (target === undefined || isNumeric(target)) return isNumeric(by);
  if (isAnsiInterval(target)) return by.kind === target.kind;
  if (target.kind !== "date") return isInterval(by);
  return isIntegral(by) || by.kind === "interval_year_month" || sameType(by, dayTimeInterval("day"));
}

function typeBound(bound: FrameBound, target: DataType | undefined, typing: Typing): TypedFrameBound | undefined {
  if (!("offset" in bound)) return bound;
  const typed = typing.type(bound.offset, typing);
  if (typed === POISON) return undefined;
  if (constantOf(typed) === undefined) {
    typing.session.report(
      "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WITHOUT_FOLDABLE",
      "the bounds of a frame must be constants",
      typed,
    );
    return undefined;
  }
  const offset = target && isNumeric(target) && isNumeric(typed.dataType) ? castTo(typed, target) : typed;
  if (moves(target, offset.dataType)) return { kind: bound.kind, offset };
  typing.session.report(
    "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
    "the bound of a frame does not go with its ORDER BY column",
    typed,
  );
  return undefined;
}
