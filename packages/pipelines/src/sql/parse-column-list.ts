import {
  type Expression,
  field,
  identityMetadata,
  parseType,
  type StructField,
  type StructType,
  struct,
} from "@sluice/query";
import type { Expectation, GeneratedColumn, KeyConstraint } from "../declaration/declaration.ts";
import { parseColumnOptions } from "./parse-column-options.ts";
import { parseConstraint } from "./parse-constraint.ts";
import type { StatementDataset } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

/** What the brackets behind a dataset's name say. */
export interface ColumnList {
  /** Present once a list was read. */
  readonly columnsRead?: true;
  /** The columns with types, when they have types. */
  readonly schema?: StructType;
  /** New names of the query's columns, in its order: a list without types. */
  readonly renamed: readonly string[];
  readonly generated: readonly GeneratedColumn[];
  readonly keys: readonly KeyConstraint[];
  /** Of columns without types. */
  readonly columnComments?: Readonly<Record<string, string>>;
  readonly expectations: readonly Expectation[];
}

/** No list. */
export const NO_COLUMNS: ColumnList = { renamed: [], generated: [], keys: [], expectations: [] };

interface Column {
  readonly name: string;
  readonly comment?: string;
  readonly field?: StructField;
  readonly generated?: Expression;
  readonly keys: readonly KeyConstraint[];
}

/** Reads columns and constraints in brackets. @throws QueryError where the text cannot be read on. */
export function parseColumnList(reader: StatementReader, kind: StatementDataset["kind"]): ColumnList {
  reader.parser.expect("(");
  const list = parseListedColumns(reader, kind);
  reader.parser.expect(")");
  return list;
}

/** Reads what stands in such brackets. @throws QueryError where the text cannot be read on. */
export function parseListedColumns(reader: StatementReader, kind: StatementDataset["kind"]): ColumnList {
  const { parser } = reader;
  const columns: Column[] = [];
  const keys: KeyConstraint[] = [];
  const expectations: Expectation[] = [];
  parser.list(() => {
    const constraint = parseConstraint(reader);
    if (constraint === undefined) columns.push(parseListed(reader, kind));
    else if (constraint.kind === "Key") keys.push(constraint.key);
    else if (constraint.kind === "Expectation") expectations.push(constraint.expectation);
  });
  const list = {
    columnsRead: true as const,
    keys: [...columns.flatMap((column) => column.keys), ...keys],
    expectations,
  };
  return { ...list, ...describeColumns(reader, columns) };
}

/** Columns with types are the dataset's schema; without types they name those of the query. A list of both kinds is a mistake. */
function describeColumns(
  reader: StatementReader,
  columns: readonly Column[],
): Pick<ColumnList, "schema" | "renamed" | "generated" | "columnComments"> {
  const fields = columns.flatMap((column) => (column.field === undefined ? [] : [column.field]));
  const generated = columns.flatMap((column) =>
    column.generated === undefined ? [] : [{ name: column.name, expression: column.generated }],
  );
  const untyped = columns.filter((column) => column.field === undefined);
  const wrong = fields.length > 0 ? untyped[0] : untyped.find((column) => column.generated !== undefined);
  if (wrong !== undefined) {
    reader.report("COLUMN_WITHOUT_TYPE", { column: wrong.name }, reader.place(reader.parser.last.start));
  }
  if (fields.length > 0) return { schema: struct(fields), renamed: [], generated };
  const comments = columns.flatMap(({ name, comment }) => (comment === undefined ? [] : [[name, comment] as const]));
  return {
    renamed: columns.map((column) => column.name),
    generated: [],
    ...(comments.length > 0 && { columnComments: Object.fromEntries(comments) }),
  };
}

const OPTION_WORDS = new Set([
  ...["COMMENT", "NOT", "NULL", "CONSTRAINT", "PRIMARY", "FOREIGN", "REFERENCES", "MASK", "GENERATED", "DEFAULT"],
  "COLLATE",
]);

function parseListed(reader: StatementReader, kind: StatementDataset["kind"]): Column {
  const { parser } = reader;
  const name = parser.name("a column or CONSTRAINT");
  const { kind: token, key } = parser.peek();
  const typed = parser.accept(":") || (token === "word" && !OPTION_WORDS.has(key));
  if (typed && kind === "TemporaryView") {
    reader.refuse("A type in the column list of a view", "Cast the column in the view's query.");
  }
  const dataType = typed ? parseType(parser) : undefined;
  const options = parseColumnOptions(reader, name);
  const metadata = {
    ...(options.comment === undefined ? {} : { comment: options.comment }),
    ...(options.identity === undefined ? {} : identityMetadata(options.identity)),
  };
  if (options.identity !== undefined && dataType === undefined) {
    reader.report("COLUMN_WITHOUT_TYPE", { column: name }, reader.place(parser.last.start));
  }
  return {
    name,
    ...(options.comment !== undefined && { comment: options.comment }),
    ...(dataType && { field: field(name, dataType, options.nullable, metadata) }),
    ...(options.generated && { generated: options.generated }),
    keys: options.keys,
  };
}
