import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { PipelineSettings } from "./pipeline-settings.ts";

/** A dataset's name, completed by the pipeline's catalog and schema. */
export interface QualifiedName {
  /** Lower case: `schema.table`, with the catalog in front only when it is not the pipeline's. Equal names are equal here. */
  readonly canonical: string;
  /** Lower case: `schema.table`, whatever the catalog. */
  readonly inSchema: string;
  /** With the catalog if there is one, in the spelling given. */
  readonly display: string;
  /** Relative to the storage: `tables/schema/table`. */
  readonly folder: string;
  /** The last part as given. */
  readonly table: string;
  /** Whether a `LIVE.` prefix was passed over. */
  readonly live: boolean;
}

/** What names are completed by. */
export type NameScope = Pick<PipelineSettings, "catalog" | "schema">;

/**
 * Reads a name with dots; back-ticks quote parts that hold dots.
 *
 * @throws PipelineError when a part is empty or cannot be the name of a folder, or there are more than three.
 */
export function parseDatasetName(name: string, scope: NameScope): QualifiedName {
  return qualifyName(splitName(name), scope);
}

/**
 * Completes a name given in parts.
 *
 * @throws PipelineError as {@link parseDatasetName} does.
 */
export function qualifyName(parts: readonly string[], scope: NameScope): QualifiedName {
  const live = parts.length > 1 && parts[0]?.toLowerCase() === "live";
  const named = live ? parts.slice(1) : parts;
  const table = named.at(-1);
  if (table === undefined || named.length > 3 || !named.every(isFolderName)) {
    throw new PipelineError("INVALID_DATASET_NAME", { name: parts.join(".") });
  }
  const schema = named.at(-2) ?? scope.schema;
  const catalog = named.at(-3) ?? scope.catalog;
  const foreign = catalog !== undefined && catalog.toLowerCase() !== scope.catalog?.toLowerCase();
  const inCatalog = (foreign ? [catalog, schema, table] : [schema, table]).map((part) => part.toLowerCase());
  return {
    canonical: inCatalog.join("."),
    inSchema: inCatalog.slice(-2).join("."),
    display: [...(catalog === undefined ? [] : [catalog]), schema, table].join("."),
    folder: ["tables", inCatalog.slice(0, -1).join("."), table.toLowerCase()].join("/"),
    table,
    live,
  };
}

/**
 * The canonical name of the dataset that a name means: its own; where the pipeline has no catalog, that of the only dataset of its schema and table when
 * one of the two is written without a catalog. Undefined when there is none.
 */
export function declaredName(
  name: QualifiedName,
  datasets: ReadonlyMap<string, { readonly name: QualifiedName }>,
  scope: NameScope,
): string | undefined {
  if (datasets.has(name.canonical)) return name.canonical;
  if (scope.catalog !== undefined) return undefined;
  const bare = name.canonical === name.inSchema;
  const same = [...datasets.values()].filter(
    (one) => one.name.inSchema === name.inSchema && (bare || one.name.canonical === name.inSchema),
  );
  return same.length === 1 ? same[0]?.name.canonical : undefined;
}

/** The name that stands for what one flow writes into a sink: `sink/flow`, with the sink's own name for people. */
export function sinkFlowName(sink: string, flow: string): QualifiedName {
  const folder = `sinks/${encodeURIComponent(sink.toLowerCase())}/${encodeURIComponent(flow)}`;
  const canonical = `${sink.toLowerCase()}/${flow}`;
  return { canonical, inSchema: canonical, display: sink, folder, table: sink, live: false };
}

function splitName(name: string): readonly string[] {
  const parts = name.match(/`(?:[^`]|``)*`|[^.`]+|\.(?=\.|$)|^\./g) ?? [name];
  return parts.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part.trim()));
}

function isFolderName(part: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters cannot stand in names of folders
  return part !== "" && !/^\.+$/.test(part) && !/[/\\:*?"<>|\u0000-\u001f]/.test(part);
}
