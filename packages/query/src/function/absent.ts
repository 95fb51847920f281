const SKETCH =
  "its sketches are bytes of the DataSketches library; use `approx_count_distinct`, `percentile_approx` or `bitmap_construct_agg`";
const WORKSPACE = "it exists only in a Databricks workspace; compute it before or after the pipeline";
const AI =
  "it asks a model that a Databricks workspace serves; compute it before the pipeline and read its results as a source";
const SECRET = "secrets must not become data; name them in the options of a source, as `{{secrets/scope/key}}`";
const VECTOR = "there are no functions of vectors";
const JAVA = "there is no Java to call";
const GEOMETRY = "there is no type for geometries";
const TRANSFORM = "it is a partition transform; partition by a column";

/** Functions of Spark and of Databricks that the language does not have, by the reason that people are told. */
const ABSENT: Readonly<Record<string, string>> = {
  [SKETCH]: `approx_top_k approx_top_k_accumulate approx_top_k_combine approx_top_k_estimate count_min_sketch hll_sketch_agg hll_sketch_estimate hll_union
    hll_union_agg histogram_numeric`,
  [WORKSPACE]: "is_member is_account_group_member http_request list_secrets vector_search session_id measure",
  [SECRET]: "secret try_secret",
  [JAVA]: "reflect try_reflect java_method",
  [TRANSFORM]: "bucket years months days hours",
};

const BY_PREFIX: readonly (readonly [RegExp, string])[] = [
  [/^ai_/, AI],
  [/^(kll|theta|tuple)_/, SKETCH],
  [/^vector_/, VECTOR],
  [/^st_/, GEOMETRY],
];

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(ABSENT).flatMap(([reason, names]) => names.split(/\s+/).map((name) => [name, reason] as const)),
);

/** The names that `absenceOf` knows, by reason; `ai_*` stands for all with that beginning. */
export const ABSENT_NAMES: readonly (readonly [reason: string, names: readonly string[]])[] = [
  ...Object.entries(ABSENT).map(([reason, names]) => [reason, names.split(/\s+/)] as const),
  ...BY_PREFIX.map(([prefix, reason]) => [reason, namesOf(prefix)] as const),
];

/** `ai_*` for `/^ai_/`. */
function namesOf(prefix: RegExp): readonly string[] {
  const [, words = ""] = /^\^\(?([a-z_|]+)\)?_?$/.exec(prefix.source) ?? [];
  return words.split("|").map((word) => `${word.replace(/_$/, "")}_*`);
}

/** Why a function of Spark or Databricks is not here, as the end of a sentence; undefined for names that neither has. */
export function absenceOf(name: string): string | undefined {
  const wanted = name.toLowerCase();
  return BY_NAME.get(wanted) ?? BY_PREFIX.find(([prefix]) => prefix.test(wanted))?.[1];
}
