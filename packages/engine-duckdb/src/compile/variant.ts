import type { DataType } from "@sluice/query";
import { sqlType } from "@sluice/query";
import type { CastMode } from "./cast-nested.ts";
import { quoteName, quoteText } from "./identifier.ts";

/** A value of another type as a VARIANT (see `variant-value.ts` for how it is kept). */
export function toVariant(sql: string, from: DataType): string {
  return from.kind === "variant" ? sql : `js_variant_tidy(${written(sql, from, 0)})`;
}

/** The value in a variant's spelling; keys in any order. NULL inside is null. */
function written(sql: string, type: DataType, depth: number): string {
  switch (type.kind) {
    case "variant":
      return sql;
    case "string":
      return `CAST(to_json(CASE WHEN starts_with(${sql}, chr(0)) THEN chr(0) || 'S' || ${sql} ELSE ${sql} END) AS VARCHAR)`;
    case "decimal":
      return `CAST(${sql} AS VARCHAR)${type.scale === 0 ? " || '.0'" : ""}`;
    case "double":
      return `sp_variant_double(${sql})`;
    case "float":
      return marked("F", `CAST(${sql} AS VARCHAR)`);
    case "date":
      return marked("D", `CAST(${sql} AS VARCHAR)`);
    case "timestamp":
      return marked("T", `sp_variant_instant(${sql})`);
    case "timestamp_ntz":
      return marked("N", `CAST(${sql} AS VARCHAR)`);
    case "binary":
      return marked("B", `to_base64(${sql})`);
    default:
      return writtenNested(sql, type, depth);
  }
}

function marked(tag: string, sql: string): string {
  return `'"\\u0000${tag}' || ${sql} || '"'`;
}

function writtenNested(sql: string, type: DataType, depth: number): string {
  const item = `"_v${depth}"`;
  const inside = (part: string, of: DataType) => `coalesce(${written(part, of, depth + 1)}, 'null')`;
  const list = (values: string, of: DataType) => `list_transform(${values}, lambda ${item}: ${inside(item, of)})`;
  switch (type.kind) {
    case "array":
      return `'[' || array_to_string(${list(sql, type.element)}, ',') || ']'`;
    case "map": {
      const entry = `to_json(struct_extract(${item}, 'key')) || ':' || ${inside(`struct_extract(${item}, 'value')`, type.value)}`;
      return `'{' || array_to_string(list_transform(map_entries(${sql}), lambda ${item}: ${entry}), ',') || '}'`;
    }
    case "struct": {
      const fields = type.fields.map(
        (field) =>
          `${quoteText(`${JSON.stringify(field.name)}:`)} || ${inside(`struct_extract(${sql}, ${quoteText(field.name)})`, field.dataType)}`,
      );
      return `CASE WHEN ${sql} IS NOT NULL THEN '{' || ${fields.join(" || ',' || ")} || '}' END`;
    }
    default:
      return `CAST(${sql} AS VARCHAR)`;
  }
}

/** How a scalar is made of its text. */
type OfText = (text: string, to: DataType) => string;

interface Target {
  readonly mode: CastMode;
  readonly depth: number;
  readonly ofText: OfText;
}

/** A VARIANT as a value of another type. One that holds no such value is NULL, or an error (`error`); a null in it is NULL. */
export function fromVariant(sql: string, to: DataType, target: Target): string {
  if (to.kind === "variant") return sql;
  const result = taken(sql, to, target);
  const type = quoteText(sqlType(to));
  return target.mode === "null" ? result : `sp_variant_checked(${sql}, ${result}, ${type})`;
}

function taken(sql: string, to: DataType, target: Target): string {
  const item = `"_v${target.depth}"`;
  const inner = (part: string, of: DataType) => fromVariant(part, of, { ...target, depth: target.depth + 1 });
  const list = (values: string, of: DataType) => `list_transform(${values}, lambda ${item}: ${inner(item, of)})`;
  switch (to.kind) {
    case "array":
      return list(`js_variant_elements(${sql})`, to.element);
    case "map":
      return `map(js_variant_keys(${sql}), ${list(`js_variant_values(${sql})`, to.value)})`;
    case "struct": {
      const fields = to.fields.map(
        (field) =>
          `${quoteName(field.name)} := ${inner(`js_variant_field(${sql}, ${quoteText(field.name)})`, field.dataType)}`,
      );
      return `CASE WHEN starts_with(${sql}, '{') THEN struct_pack(${fields.join(", ")}) END`;
    }
    default:
      return scalar(`js_variant_scalar(${sql}, ${quoteText(to.kind)})`, to, target);
  }
}

function scalar(text: string, to: DataType, { ofText }: Target): string {
  if (to.kind === "string") return text;
  return to.kind === "binary" ? `from_base64(${text})` : ofText(text, to);
}
