import type { DataType } from "@sluice/query";
import { castToString } from "./cast-string.ts";
import type { Scope } from "./context.ts";
import { formatTime } from "./emit-datetime.ts";
import { quoteText } from "./identifier.ts";

/** The options of a call, keys in lower case, and where it stands. */
export interface Printing {
  readonly options: Readonly<Record<string, string>>;
  readonly scope: Scope;
}

/** A value as it stands in CSV and XML: times as ISO 8601 unless a pattern says otherwise, bytes as hexadecimal digits. */
export function valueText(sql: string, type: DataType, { options, scope }: Printing): string {
  const printed = (pattern: string, value: string) =>
    formatTime(value, { text: pattern, sql: quoteText(pattern) }, scope);
  const { dateformat, timestampformat, timestampntzformat } = options;
  switch (type.kind) {
    case "date":
      return dateformat === undefined ? `CAST(${sql} AS VARCHAR)` : printed(dateformat, `CAST(${sql} AS TIMESTAMPTZ)`);
    case "timestamp":
      return timestampformat === undefined ? `sp_iso_timestamp(${sql})` : printed(timestampformat, sql);
    case "timestamp_ntz":
      return timestampntzformat === undefined
        ? `strftime(${sql}, '%Y-%m-%dT%H:%M:%S.%g')`
        : printed(timestampntzformat, `CAST(${sql} AS TIMESTAMPTZ)`);
    case "binary":
      return `'[' || rtrim(regexp_replace(hex(${sql}), '(..)', '\\1 ', 'g')) || ']'`;
    case "void":
      return "NULL";
    default:
      return castToString(sql, type, { depth: 0, isJava: true });
  }
}
