/** JSON text. Malformed text gives NULL. */
export const JSON_MACROS: readonly string[] = [
  "sp_json_text(j, p) AS CASE WHEN json_valid(j) THEN json_extract_string(j, p) END",
  `sp_json_field(j, k) AS CASE WHEN json_valid(j) THEN json_extract_string(j, '$."' || k || '"') END`,
  "sp_json_array_length(j) AS CASE WHEN json_valid(j) AND json_type(j) = 'ARRAY' THEN CAST(json_array_length(j) AS INTEGER) END",
  "sp_json_object_keys(j) AS CASE WHEN json_valid(j) AND json_type(j) = 'OBJECT' THEN json_keys(j) END",
  `sp_json_number(t) AS CASE WHEN t IN ('NaN', 'Infinity', '-Infinity') THEN '"' || t || '"' ELSE t END`,
];
