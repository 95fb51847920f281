import { BINARY, type DataType, DOUBLE, type Expression, LONG, STRING, TIMESTAMP } from "@sluice/query";
import type { NextSnapshot, SnapshotVersion } from "../declaration/declaration.ts";

/** The type of what orders the snapshots of a function: numbers are BIGINT when they are whole. STRING when there is no snapshot yet. */
export function firstVersionType(next: NextSnapshot): DataType {
  const version = next(undefined)?.version;
  return version === undefined ? STRING : versionType(version);
}

function versionType(version: SnapshotVersion): DataType {
  if (typeof version === "string") return STRING;
  if (typeof version === "bigint") return LONG;
  if (typeof version === "number") return Number.isInteger(version) ? LONG : DOUBLE;
  return version instanceof Date ? TIMESTAMP : BINARY;
}

/** A version as a constant of a query. */
export function versionLiteral(version: SnapshotVersion): Expression {
  const dataType = versionType(version);
  if (typeof version === "number" && dataType === LONG) return { kind: "Literal", value: BigInt(version), dataType };
  if (version instanceof Date) return { kind: "Literal", value: BigInt(version.getTime()) * 1000n, dataType };
  return { kind: "Literal", value: version, dataType };
}

/** A version as JSON keeps it. */
export interface StoredVersion {
  readonly type: "string" | "number" | "bigint" | "date" | "bytes";
  readonly value: string;
}

export function storeVersion(version: SnapshotVersion): StoredVersion {
  if (typeof version === "string") return { type: "string", value: version };
  if (typeof version === "bigint") return { type: "bigint", value: String(version) };
  if (typeof version === "number") return { type: "number", value: String(version) };
  if (version instanceof Date) return { type: "date", value: version.toISOString() };
  return { type: "bytes", value: Buffer.from(version).toString("hex") };
}

export function loadVersion({ type, value }: StoredVersion): SnapshotVersion {
  switch (type) {
    case "string":
      return value;
    case "bigint":
      return BigInt(value);
    case "number":
      return Number(value);
    case "date":
      return new Date(value);
    case "bytes":
      return new Uint8Array(Buffer.from(value, "hex"));
  }
}

/** Whether a version comes after another one; versions of other types never do. */
export function isAfter(version: SnapshotVersion, before: SnapshotVersion): boolean {
  const [left, right] = [storeVersion(version), storeVersion(before)];
  if (typeof version !== typeof before && !(isNumber(version) && isNumber(before))) return false;
  if (left.type === "bytes" || left.type === "date") return left.value > right.value;
  return version > before;
}

function isNumber(version: SnapshotVersion): boolean {
  return typeof version === "number" || typeof version === "bigint";
}
