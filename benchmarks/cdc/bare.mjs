// What the merge of SCD type 1 costs in bare DuckDB: the latest change of each key, the positions of the rows that it replaces, and a file with the new rows. The base is
// not written anew; positions stay in memory as a deletion vector would be. No sequences are remembered, so late changes land wrong: this is a floor.
//
// usage: bare.mjs WORK FILE..; the first file is the base. Prints seconds and CPU seconds of each file as JSON.
import { tableFile, timeFiles } from "../shared/bare-table.mjs";

const [work, ...files] = process.argv.slice(2);
await timeFiles(work, files, merge);

async function merge(connection, n, file) {
  const latest = `SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY seq DESC) AS place FROM read_parquet('${file}')) WHERE place = 1`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE latest AS ${latest}`);
  if (n > 0) {
    const rows = `SELECT file_index, file_row_number, id FROM read_parquet('${work}/table-*.parquet', file_row_number = true)`;
    await connection.run(
      `INSERT INTO gone SELECT file_index, file_row_number FROM (${rows}) t SEMI JOIN latest ON t.id = latest.id ANTI JOIN gone ON t.file_index = gone.file AND t.file_row_number = gone.row`,
    );
  }
  const rows = "SELECT * EXCLUDE (op) FROM latest WHERE op <> 'D'";
  await connection.run(`COPY (${rows}) TO '${tableFile(work, n)}' (FORMAT parquet)`);
}
