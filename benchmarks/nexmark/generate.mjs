// Nexmark's events as Parquet, 100,000 to a file; the same for the same count. Of 50 events one is a person, three are auctions and 46 are bids; 10,000 of them a second of event time.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

export const EVENTS_A_FILE = 100_000;

/** Writes `events` events, in the order of their times, below `folder`. */
export async function generateEvents(folder, events) {
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (let first = 0; first < events; first += EVENTS_A_FILE) {
    const name = join(folder, `events-${String(first / EVENTS_A_FILE).padStart(5, "0")}.parquet`);
    const rows = eventsSql(first, Math.min(EVENTS_A_FILE, events - first));
    await connection.run(`COPY (${rows}) TO '${name}' (FORMAT parquet, COMPRESSION snappy)`);
  }
  connection.closeSync();
  instance.closeSync();
}

// As Nexmark has it: half of the bids go to the hot auction of the moment, the others to one of the last hundred; three of four bidders are the hot one. Auctions live as long as about a hundred others.
function eventsSql(first, count) {
  const chance = (what, below) => `(hash(n, '${what}') % ${below})::BIGINT`;
  return `
    WITH numbered AS (SELECT n, n // 50 AS epoch, n % 50 AS place, TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (n * 100) MICROSECOND AS dateTime FROM range(${first}, ${first + count}) t(n)),
    ids AS (SELECT *, epoch * 3 + least(place, 3) AS last_auction, epoch AS last_person FROM numbered)
    SELECT CASE WHEN place = 0 THEN 0 WHEN place < 4 THEN 1 ELSE 2 END AS event_type,
      CASE WHEN place = 0 THEN {
        id: 1000 + epoch, name: 'Person ' || ${chance("name", 1000)}, emailAddress: 'person' || epoch || '@example.com',
        creditCard: lpad(${chance("card", 10000000000)}::VARCHAR, 16, '4'), city: 'City ' || ${chance("city", 10)},
        state: ['AZ', 'CA', 'ID', 'OR', 'WA', 'WY'][1 + ${chance("state", 6)}], extra: rpad('', 100, hash(n)::VARCHAR)} END AS person,
      CASE WHEN place BETWEEN 1 AND 3 THEN {
        id: 1000 + epoch * 3 + place - 1, itemName: 'Item ' || ${chance("item", 1000)}, description: rpad('', 100, hash(n, 'text')::VARCHAR),
        initialBid: ${price("bid")}, reserve: ${price("bid")} + ${price("reserve")}, expires: dateTime + INTERVAL (1000 + ${chance("life", 333000)}) MICROSECOND,
        seller: 1000 + CASE WHEN ${chance("hot seller", 4)} > 0 THEN last_person // 100 * 100 ELSE greatest(0, last_person - ${chance("seller", 1000)}) END,
        category: 10 + ${chance("category", 5)}, extra: rpad('', 200, hash(n)::VARCHAR)} END AS auction,
      CASE WHEN place > 3 THEN {
        auction: 1000 + CASE WHEN ${chance("hot auction", 2)} > 0 THEN last_auction // 100 * 100 ELSE greatest(0, last_auction - ${chance("auction", 100)}) END,
        bidder: 1000 + CASE WHEN ${chance("hot bidder", 4)} > 0 THEN last_person // 100 * 100 + 1 ELSE greatest(0, last_person - ${chance("bidder", 1000)}) END,
        price: ${price("price")}, channel: ['Google', 'Facebook', 'Baidu', 'Apple'][1 + ${chance("channel", 4)}],
        url: 'https://www.example.com/' || ${chance("url", 10000)} || '/item.htm?query=1', extra: rpad('', 30, hash(n)::VARCHAR)} END AS bid,
      dateTime
    FROM ids ORDER BY n`;
}

function price(what) {
  return `(pow(10, (hash(n, '${what}') % 1000000)::DOUBLE / 1000000 * 6) * 100)::BIGINT`;
}
