import type { Action } from "./action.ts";
import { printExactJson } from "./exact-json.ts";

const KEYS: { readonly [Kind in Action["kind"]]: string } = {
  AddFile: "add",
  RemoveFile: "remove",
  Metadata: "metaData",
  Protocol: "protocol",
  SetTransaction: "txn",
  DomainMetadata: "domainMetadata",
  CommitInfo: "commitInfo",
  AddCdcFile: "cdc",
  Sidecar: "sidecar",
};

/** An action as one line of a commit, without the line end. `parseAction` reads it back. */
export function printAction(action: Action): string {
  const { kind, ...body } = action;
  return printExactJson({ [KEYS[kind]]: { ...body, ...fixedFields(action) } });
}

function fixedFields(action: Action): Readonly<Record<string, unknown>> {
  if (action.kind === "RemoveFile") return { extendedFileMetadata: action.size !== undefined };
  return action.kind === "AddCdcFile" ? { dataChange: false } : {};
}

/** A commit file: one action a line, in the order given. */
export function printCommit(actions: readonly Action[]): Uint8Array {
  return new TextEncoder().encode(`${actions.map(printAction).join("\n")}\n`);
}
