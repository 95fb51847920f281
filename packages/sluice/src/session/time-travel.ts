import { type DataSource, type Expression, type NamedTable, QueryError, STRING, TIMESTAMP } from "@sluice/query";
import { constantValue } from "./constant-value.ts";
import type { SessionState } from "./session-state.ts";

/**
 * The version that a read asks for by `VERSION AS OF`, `TIMESTAMP AS OF`, `t@v3` or options; undefined: the latest.
 *
 * @throws QueryError when the table has no such version
 */
export async function versionWanted(
  location: string,
  leaf: NamedTable | DataSource,
  state: SessionState,
): Promise<number | undefined> {
  const { version, timestamp } = asked(leaf);
  const { tables } = await state.engine();
  const latest = await tables.describe(location);
  if (version !== undefined) {
    if (version <= (latest?.version ?? 0)) return version;
    throw refusal(
      "DELTA_VERSION_NOT_FOUND",
      `Cannot time travel to version ${version}. The latest version is ${latest?.version}.`,
      { userVersion: String(version), latest: String(latest?.version) },
    );
  }
  if (timestamp === undefined) return undefined;
  const moment = await constantValue(timestamp, TIMESTAMP, state);
  if (typeof moment !== "bigint") {
    throw refusal(
      "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT",
      "The timestamp to read the table at is no timestamp. Write it like '2026-03-05 14:07:09'.",
    );
  }
  const milliseconds = Number(moment / 1000n);
  const shown = new Date(milliseconds).toISOString();
  if (latest !== undefined && milliseconds > latest.modifiedAt) {
    const last = new Date(latest.modifiedAt).toISOString();
    throw refusal(
      "DELTA_TIMESTAMP_GREATER_THAN_COMMIT",
      `The timestamp ${shown} is after the latest version of the table, which is of ${last}. Leave it out to read the latest.`,
      { providedTimestamp: shown },
    );
  }
  const found = await tables.versionAt(location, milliseconds);
  if (found !== undefined) return found;
  throw refusal(
    "DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION",
    `The timestamp ${shown} is before the earliest version of the table that is still there. Choose a later one (DESCRIBE HISTORY).`,
    { userTimestamp: shown },
  );
}

function asked(leaf: NamedTable | DataSource): { readonly version?: number; readonly timestamp?: Expression } {
  const options = new Map(Object.entries(leaf.options).map(([key, value]) => [key.toLowerCase(), value]));
  const travel: Pick<NamedTable, "version" | "timestamp"> = leaf.kind === "NamedTable" ? leaf : {};
  const byOption = options.get("versionasof");
  const moment = options.get("timestampasof");
  if (travel.version !== undefined || travel.timestamp !== undefined) {
    return {
      ...(travel.version !== undefined && { version: travel.version }),
      ...(travel.timestamp && { timestamp: travel.timestamp }),
    };
  }
  if (byOption !== undefined) {
    if (/^\d{1,15}$/.test(byOption)) return { version: Number(byOption) };
    throw refusal(
      "INVALID_PARAMETER_VALUE",
      `The option versionAsOf cannot be "${byOption}": it is the number of a version.`,
    );
  }
  return moment === undefined ? {} : { timestamp: { kind: "Literal", value: moment, dataType: STRING } };
}

function refusal(condition: string, message: string, parameters: Readonly<Record<string, string>> = {}): QueryError {
  return new QueryError([{ condition, message, parameters }]);
}
