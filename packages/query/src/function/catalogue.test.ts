import { describe, expect, test } from "vitest";
import { INTEGER, STRING } from "../data-type/data-type.ts";
import type { Call, Expression } from "../expression/expression.ts";
import { absenceOf } from "./absent.ts";
import { findFunction, functionNames, suggestFunctions } from "./catalogue.ts";
import { castFunctionType, expandMacro, MACRO_NAMES } from "./macro.ts";

const one: Expression = { kind: "Literal", value: 1, dataType: INTEGER };
const call = (name: string, ...args: Expression[]): Call => ({ kind: "Call", name, args });

describe("the catalogue", () => {
  test("has no name twice, and finds names and aliases in any letter case", () => {
    const names = functionNames();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      const entry = findFunction(name.toUpperCase());
      expect(entry?.name).toBe(name);
      for (const alias of entry?.aliases ?? []) expect(findFunction(alias), alias).toBe(entry);
    }
  });

  test("knows every operator and every function that real pipelines use", () => {
    const operators =
      "or and not = == <=> <> != < <= > >= + - * / % div | & ^ ~ || << >> >>> negative positive like ilike rlike in between isnull isnotnull istrue isfalse []";
    const functions =
      "sum count trim max date map year from_unixtime date_trunc current_timestamp avg upper datediff length round concat min coalesce quarter month lower date_format row_number to_timestamp if explode dayofweek timestamp weekofyear substring nullif current_date to_date array initcap struct max_by int min_by add_months date_add named_struct regexp_replace day len nvl2 nvl bigint position least replace decode lead abs hour isnotnull left timestampdiff last_value ifnull get_json_object percentile_approx stddev_pop substr isnull now string try_to_timestamp unix_timestamp aes_encrypt base64 boolean dayofyear first instr make_date monotonically_increasing_id rand rank regexp_extract sha1 split split_part stddev lag lpad dayofmonth last_day to_json from_json sha2 concat_ws input_file_name window collect_list from_utc_timestamp months_between size filter percentile";
    const known = (name: string) => findFunction(name) !== undefined || MACRO_NAMES.includes(name);
    expect([...operators.split(" "), ...functions.split(" ")].filter((name) => !known(name))).toEqual([]);
  });

  test("suggests the names most like an unknown one, and none when none is like it", () => {
    expect(suggestFunctions("cuont")).toContain("count");
    expect(suggestFunctions("to_dat")[0]).toBe("to_date");
    expect(suggestFunctions("completely_unlike_anything_else")).toEqual([]);
  });
});

test("functions that only others have are known with the reason why they are not here", () => {
  expect(absenceOf("AI_Query")).toContain("model");
  expect(absenceOf("secret")).toContain("{{secrets/scope/key}}");
  expect(absenceOf("is_member")).toContain("workspace");
  expect(absenceOf("sum")).toBeUndefined();
  expect(absenceOf("no_such_function")).toBeUndefined();
});

describe("short forms are written out", () => {
  test("type names as functions are casts", () => {
    expect(castFunctionType("BigInt")).toEqual({ kind: "long" });
    expect(expandMacro(call("int", one))).toMatchObject({ kind: "Cast", dataType: INTEGER, try: false });
    expect(expandMacro(call("int"))).toMatchObject({ condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION" });
  });

  test("between, if, nvl2 and decode become what they mean", () => {
    expect(expandMacro(call("between", one, one, one))).toMatchObject({
      name: "and",
      args: [{ name: ">=" }, { name: "<=" }],
    });
    expect(expandMacro(call("IF", one, one, one))).toMatchObject({ kind: "Case" });
    expect(expandMacro(call("decode", one, one, one, one))).toMatchObject({
      kind: "Case",
      branches: [{ when: { name: "<=>" } }],
      otherwise: one,
    });
    expect(expandMacro(call("decode", one, one))).toBeUndefined();
  });

  test("parts of dates and units of time get their canonical names", () => {
    const dow: Expression = { kind: "Literal", value: "dow", dataType: STRING };
    expect(expandMacro(call("extract", dow, one))).toMatchObject({
      name: "date_part",
      args: [{ value: "DAYOFWEEK" }, one],
    });
    const day: Expression = { kind: "ColumnReference", name: ["day"] };
    expect(expandMacro(call("dateadd", day, one, one))).toMatchObject({
      name: "timestampadd",
      args: [{ value: "DAY" }, one, one],
    });
    expect(expandMacro(call("dateadd", one, one))).toBeUndefined();
  });
});
