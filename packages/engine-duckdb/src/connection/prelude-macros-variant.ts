/** Variants (see `variant-value.ts`): what they are made of, and what a cast that fails says. */
export const VARIANT_MACROS: readonly string[] = [
  "sp_variant_decode(x) AS js_variant_decode(struct_extract(x, 'value'), struct_extract(x, 'metadata'), current_setting('TimeZone'))",
  String.raw`sp_variant_double(x) AS CASE WHEN isfinite(x) THEN CAST(x AS VARCHAR) || CASE WHEN contains(CAST(x AS VARCHAR), 'e') THEN '' ELSE 'e0' END WHEN x IS NOT NULL THEN '"\u0000I' || CASE WHEN isnan(x) THEN 'NaN' WHEN x > 0 THEN 'Infinity' ELSE '-Infinity' END || '"' END`,
  String.raw`sp_variant_instant(x) AS regexp_replace(CAST(x AS VARCHAR), '([+-][0-9]{2})$', '\1:00')`,
  "sp_variant_checked(v, r, t) AS CASE WHEN r IS NULL AND v IS NOT NULL AND v <> 'null' THEN error('[INVALID_VARIANT_CAST] The variant value `' || js_variant_print(v) || '` cannot be cast into `\"' || t || '\"`. Please use `try_variant_get` instead.') ELSE r END",
];
