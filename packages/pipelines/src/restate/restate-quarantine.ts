import type { Plan, StructType } from "@sluice/query";
import { currentTimestamp, struct, toJson } from "@sluice/query/api";
import { named, namedOrNull } from "../cdc/change-parts.ts";
import { PlanAlgebra } from "../cdc/plan-algebra.ts";
import { KEYS } from "../cdc/restated-tables.ts";
import type { InputSlice, Inputs, Session, TableDescription } from "../engine/engine.ts";

const REFUSED = "refused";
const KNOWN = "known";
const ROW = "__spark_autocdc_row";
const AT = "_quarantined_at";

/** Rows that broke a rule when the changes of the keys were read again, without those that are in quarantine already; all in the columns of the table that they go to. */
export function newlyRefused(
  refused: TableDescription,
  known: TableDescription | undefined,
  keys: TableDescription,
  columns: StructType,
  session: Session,
): { readonly plan: Plan; readonly inputs: Inputs } {
  const tables = new Map<string, TableDescription>([
    [REFUSED, refused],
    [KEYS, keys],
    ...(known === undefined ? [] : [[KNOWN, known] as const]),
  ]);
  const schemas = [...tables].map(([name, { schema }]) => ({ name, schema }));
  const algebra = new PlanAlgebra({ scan: 0, attribute: 0 }, session, schemas);
  const keyNames = keys.schema.fields.map(({ name }) => name);
  const text = (table: StructType) => rowText(columns, table).as(ROW);
  const again = algebra.rows(REFUSED).join(algebra.rows(KEYS), keyNames, "semi").withColumn(ROW, text(refused.schema));
  const others =
    known === undefined ? again : again.join(algebra.rows(KNOWN).select(text(known.schema)), [ROW], "anti");
  const wanted = columns.fields.map(({ name }) => (name === AT ? currentTimestamp().as(AT) : named(name)));
  const plan = algebra.plan(others.select(...wanted));
  const slices = algebra.reads.flatMap(({ scan, table }): [number, InputSlice][] => {
    const read = tables.get(table);
    return read === undefined ? [] : [[scan, { kind: "TableVersion", location: read.location, version: read.version }]];
  });
  return { plan, inputs: new Map(slices) };
}

/** A row without its time, as one text; a column that its table lacks is NULL. */
function rowText(columns: StructType, { fields }: StructType) {
  const values = columns.fields.filter(({ name }) => name !== AT).map((one) => namedOrNull(one, fields).as(one.name));
  return toJson(struct(...values));
}
