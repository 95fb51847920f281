/** Functions that are refused by name before anything runs, by reason. */
export const REFUSED_FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  "sketches are bytes of the DataSketches library, which other engines must be able to read": [
    "kll_sketch_to_string_bigint",
    "kll_sketch_to_string_double",
    "kll_sketch_to_string_float",
    "approx_top_k",
    "approx_top_k_estimate",
    "approx_top_k_accumulate",
    "count_min_sketch",
    "hll_sketch_estimate",
    "hll_sketch_agg",
    "kll_sketch_agg_bigint",
    "kll_sketch_agg_double",
    "kll_sketch_agg_float",
    "theta_sketch_agg",
    "theta_sketch_estimate",
    "tuple_sketch_estimate_double",
    "tuple_sketch_agg_double",
    "tuple_sketch_agg_integer",
    "tuple_sketch_estimate_integer",
    "kll_sketch_get_n_bigint",
    "kll_sketch_get_n_float",
    "kll_sketch_get_quantile_bigint",
    "kll_sketch_get_quantile_float",
    "kll_sketch_get_rank_bigint",
    "tuple_sketch_summary_double",
    "tuple_sketch_summary_integer",
    "tuple_sketch_theta_double",
    "tuple_sketch_theta_integer",
  ],
  "it is newer than the Spark that judges us, and the documents do not say how buckets meet time zones": [
    "time_bucket",
  ],
  "there is no Java to call": ["reflect", "try_reflect"],
  "there is no type for geometries": ["st_asbinary", "st_srid"],
  "the engine has no VARIANT": ["is_valid_variant"],
  "functions of vectors are newer than the Spark that judges us": [
    "vector_avg",
    "vector_cosine_similarity",
    "vector_inner_product",
    "vector_l2_distance",
    "vector_norm",
    "vector_normalize",
  ],
};

/** Examples that are refused for something else than their function, by reason. */
export const REFUSED: Readonly<Record<string, readonly string[]>> = {
  "measures are defined by views that the example does not show": ["SELECT dimension_col, measure(measure_col)"],
  "an option of JSON that is not built": ["SELECT to_json(named_struct('b', 1, 'a', 2), map('sortKeys', 'true'))"],
  "the example gives a struct where bytes are read": [
    `SELECT from_avro(s, '{"type": "record", "name": "struct", "fields": [{ "name": "u", "type": ["int","string"] }]}', map()) IS NULL AS result FROM (SELECT NAMED_STRUCT('u', NAMED_STRUCT('member0', member0, 'member1', member1)) AS s FROM VALUES (1, NULL), (NULL,  'a') tab(member0, member1))`,
    "SELECT from_protobuf(s, 'Person', '/path/to/descriptor.desc', map()) IS NULL AS result FROM (SELECT NAMED_STRUCT('name', name, 'id', id) AS s FROM VALUES ('John Doe', 1), (NULL,  2) tab(name, id))",
  ],
  "the example names a file of descriptors that it does not show": [
    "SELECT to_protobuf(s, 'Person', '/path/to/descriptor.desc', map('emitDefaultValues', 'true')) IS NULL FROM (SELECT NULL AS s)",
  ],
  "the example is printed under spark.sql.parser.escapedStringLiterals; its pattern has an escape that Spark refuses": [
    "SELECT regexp_like('%SystemDrive%\\Users\\John', '%SystemDrive%\\\\Users.*')",
    "SELECT '%SystemDrive%\\Users\\John' ilike '\\%SystemDrive\\%\\\\users%'",
  ],
  "SET is a statement, no query": [
    "SET spark.sql.parser.escapedStringLiterals=false",
    "SET spark.sql.parser.escapedStringLiterals=true",
  ],
};

/** Examples that answer otherwise than Spark shows, by reason. */
export const DIFFERING: Readonly<Record<string, readonly string[]>> = {
  "the document shows a text of several lines as rows, without the blanks before them": [
    "SELECT to_xml(named_struct('time', to_timestamp('2015-08-26', 'yyyy-MM-dd')), map('timestampFormat', 'dd/MM/yyyy'))",
  ],
  "the document shows no types of the example": [
    "SELECT to_avro(s) IS NULL FROM (SELECT NULL AS s)",
    `SELECT to_avro(s, '{"type": "record", "name": "struct", "fields": [{ "name": "u", "type": ["int","string"] }]}') IS NULL FROM (SELECT NULL AS s)`,
  ],
  "of several most frequent values any is right": ["SELECT mode(col, false) FROM VALUES (-10), (0), (10) AS tab(col)"],
  "the example was printed in another time zone": [
    "SELECT current_timezone()",
    "SELECT unix_timestamp('2016-04-08', 'yyyy-MM-dd')",
  ],
};

/** Examples whose answer is another one each time, and may be equal by chance, by reason. */
export const VARYING: Readonly<Record<string, readonly string[]>> = {
  "it depends on chance": [
    "SELECT shuffle(array(1, 20, null, 3))",
    "SELECT rand()",
    "SELECT randn()",
    "SELECT base64(aes_encrypt('Apache Spark', '1234567890abcdef', 'CBC', 'DEFAULT'))",
    "SELECT uuid()",
  ],
  "it depends on the time at which it is asked": [
    "SELECT curdate()",
    "SELECT current_date()",
    "SELECT current_date",
    "SELECT current_time()",
    "SELECT current_time(0)",
    "SELECT current_time(3)",
    "SELECT current_timestamp()",
    "SELECT current_timestamp",
    "SELECT localtimestamp()",
    "SELECT now()",
  ],
  "it depends on who asks, and which program answers": [
    "SELECT current_user()",
    "SELECT session_user()",
    "SELECT user()",
    "SELECT version()",
  ],
};
