/**
 * The packages of this process that a pipeline's files may import: they get these very copies, wherever the files lie and whether or not Sluice is installed
 * beside them.
 */
export async function runningPackages(): Promise<ReadonlyMap<string, object>> {
  const own = "sluice";
  const [sluice, pipelines, query, queryApi]: readonly object[] = await Promise.all([
    import(own),
    import("@sluice/pipelines"),
    import("@sluice/query"),
    import("@sluice/query/api"),
  ]);
  return new Map(
    Object.entries({
      sluice,
      "@sluice/pipelines": pipelines,
      "@sluice/query": query,
      "@sluice/query/api": queryApi,
    }).filter((entry): entry is [string, object] => entry[1] !== undefined),
  );
}
