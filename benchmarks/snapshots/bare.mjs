// What following a snapshot of SCD type 1 costs in bare DuckDB: both snapshots are read, the rows that differ are found by their key, those that go are kept as
// positions in memory, those that come are written to a file.
//
// usage: bare.mjs WORK SNAPSHOT..  Prints seconds and CPU seconds of each as JSON.
import { tableFile, timeFiles } from "../shared/bare-table.mjs";

const [work, ...snapshots] = process.argv.slice(2);
await timeFiles(work, snapshots, follow);

async function follow(connection, n, snapshot) {
  const path = tableFile(work, n);
  if (n === 0) return await connection.run(`COPY (FROM read_parquet('${snapshot}')) TO '${path}' (FORMAT parquet)`);
  const before = `SELECT t.*, t.file_index FROM read_parquet('${work}/table-*.parquet', file_row_number = true) t ANTI JOIN gone ON t.file_index = gone.file AND t.file_row_number = gone.row`;
  const differs = ["name", "email", "city", "country", "amount", "status"].map(
    (name) => `o.${name} IS DISTINCT FROM a.${name}`,
  );
  await connection.run(`CREATE OR REPLACE TEMP TABLE changed AS
    SELECT a.*, o.file_index AS f, o.file_row_number AS r FROM (${before}) o
    FULL JOIN read_parquet('${snapshot}') a ON o.id = a.id WHERE o.id IS NULL OR a.id IS NULL OR ${differs.join(" OR ")}`);
  await connection.run("INSERT INTO gone SELECT f, r FROM changed WHERE f IS NOT NULL");
  await connection.run(
    `COPY (SELECT * EXCLUDE (f, r) FROM changed WHERE id IS NOT NULL) TO '${path}' (FORMAT parquet)`,
  );
}
