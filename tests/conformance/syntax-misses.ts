/** Groups of the corpus whose texts are queries and parts of them. The others are statements, which are not the parser's of queries. */
export const QUERY_GROUPS: readonly string[] = [
  ...["plan/ddl_select", "plan/error_join", "plan/error_order_by", "plan/error_select", "plan/error_with"],
  ...["plan/plan_group_by", "plan/plan_hint", "plan/plan_join", "plan/plan_misc", "plan/plan_order_by"],
  ...["plan/plan_select", "plan/plan_set_operation", "plan/plan_with", "plan/unpivot_join", "plan/unpivot_select"],
];

/** Expressions and queries that Spark accepts and we do not, or the other way round, by reason. */
export const MISSES: Readonly<Record<string, readonly string[]>> = {
  "a window by name is one of a WINDOW clause, which an expression alone has not": ["foo(*) over w1"],
  "hints say how Spark distributes work; they are read as comments, whatever is in them": [
    "SELECT /*+ HINT() */ * FROM t",
  ],
  "a join by nearness, of a later Spark than 4.1": [
    "select * from t join u approx nearest 5 by similarity t.a + u.a",
    "select * from t left outer join u approx nearest by similarity t.a + u.a",
  ],
  "Hive's several queries over one FROM": [
    "from a insert into tbl1 select * insert into tbl2 select * where s < 10",
    "from t insert into s select * limit 1 insert into u select * where x > 5",
    "select * from (from a select * select *)",
  ],
  "months and days in one interval, which only spark.sql.legacy.interval.enabled allows": [
    "-interval '3 month 1 hour'",
    "-interval 3 monThs 4 dayS 22 sEcond 1 millisecond",
    "interval '1 year 3 months 2 weeks 2 days 1 hour 3 minutes 2 seconds 100 millisecond 200 microseconds'",
    "interval 3 monThs 4 dayS 22 sEcond 1 millisecond",
  ],
  "Spark reads a column `from` under the name tbl; whoever writes this forgot the columns": ["select from tbl"],
};
