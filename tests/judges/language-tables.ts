import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

/** The tables that both sides read: DuckDB's SQL for each. NULLs, extremes and odd texts everywhere. */
const TABLES: Readonly<Record<string, string>> = {
  customers: `
    SELECT * FROM (VALUES
      (1, 'Ada Lovelace', 'ada@example.com', 'London', 'UK', DATE '2020-02-29', true, 4.5::DOUBLE, 100.50::DECIMAL(10,2), ['vip','math'], {street: 'Main 1', city: 'London', zip: {code: 123, ext: 'A'}}, MAP {'a': '1', 'b': NULL}),
      (2, 'Bob', NULL, 'Paris', 'FR', DATE '2021-03-01', false, NULL, -5.25, []::VARCHAR[], {street: NULL, city: 'Paris', zip: NULL}, MAP {}::MAP(VARCHAR, VARCHAR)),
      (3, '  carol  ', 'carol@EXAMPLE.com', 'paris', 'FR', NULL, NULL, 'nan'::DOUBLE, NULL, NULL, NULL, NULL),
      (4, '', '', NULL, NULL, DATE '1999-12-31', true, '-inf'::DOUBLE, 0.00, [NULL,'x',''], {street: 'S', city: '', zip: {code: NULL, ext: NULL}}, MAP {'k': ''}),
      (5, 'Émile 😀', 'e@x', 'Zürich', 'CH', DATE '2024-12-30', false, 0.0, 99999999.99, ['x','x'], {street: 'Bahn', city: 'Zürich', zip: {code: 8001, ext: ''}}, MAP {'x': 'y'}),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) t(id, name, email, city, country, signup, vip, score, balance, tags, address, attributes)`,
  orders: `
    SELECT * FROM (VALUES
      (10::BIGINT, 1, 19.99::DECIMAL(10,2), 2, 'completed', TIMESTAMPTZ '2024-03-10 09:59:59.123456+00', DATE '2024-03-10', 0.1::DOUBLE, 'first'),
      (11, 1, 0.01, 1, 'pending', TIMESTAMPTZ '2024-03-10 10:00:00+00', DATE '2024-03-10', NULL, NULL),
      (12, 2, NULL, 0, 'cancelled', TIMESTAMPTZ '2024-11-03 08:30:00+00', DATE '2024-11-03', 0.25, ''),
      (13, 2, 1000.00, -3, 'completed', TIMESTAMPTZ '2024-11-03 09:30:00+00', DATE '2024-11-03', 0.0, 'gift'),
      (14, 5, -7.50, 5, 'COMPLETED', TIMESTAMPTZ '2024-02-29 23:59:59.999999+00', DATE '2024-02-29', 1.5, 'leap'),
      (15, 99, 250.00, 4, NULL, TIMESTAMPTZ '2023-12-31 23:30:00+00', DATE '2023-12-31', 'nan'::DOUBLE, 'orphan'),
      (16, NULL, 5.00, NULL, 'pending', NULL, NULL, 0.5, 'no customer'),
      (17, 5, 19.99, 2, 'completed', TIMESTAMPTZ '2024-03-10 09:59:59.123456+00', DATE '2024-03-10', 0.1, 'dup')
    ) t(order_id, customer_id, amount, quantity, status, ordered_at, ordered_on, discount, note)`,
  events: `
    SELECT * FROM (VALUES
      (1, '{"user":{"id":7,"name":"Ann","tags":["a","b"]},"price":"12.50","ok":true,"n":null,"big":12345678901234567890}', [{sku: 'A', qty: 1, price: 2.5::DOUBLE}, {sku: 'B', qty: NULL, price: 0.0}], MAP {'x': 1, 'y': NULL}, [[1,2],[3]], [3,1,NULL,2]),
      (2, '{"user":{"id":"8"},"price":3}', []::STRUCT(sku VARCHAR, qty INTEGER, price DOUBLE)[], MAP {}::MAP(VARCHAR, INTEGER), [[]]::INTEGER[][], []::INTEGER[]),
      (3, '{bad json', NULL, NULL, NULL, NULL),
      (4, '', [NULL, {sku: NULL, qty: 5, price: 'nan'::DOUBLE}], MAP {'z': 26}, [NULL,[NULL,5]], [5,5,5]),
      (5, '[1,2,{"a":[10,20]}]', [{sku: 'C', qty: 2, price: -1.0}], MAP {'x': 10}, [[7]], [-1]),
      (6, NULL, NULL, MAP {'q': 0}, []::INTEGER[][], [2147483647, -2147483648]),
      (7, '{"a b":1,"user":{"id":9,"name":"x\\"y\\u00e9"},"arr":[[1],[2,3]],"price":1e3}', [{sku: 'D', qty: 3, price: 1.0}], MAP {'y': 2}, [[1],[2],[3]], [0,0,1])
    ) t(id, payload, items, counts, nested, ints)`,
  numbers: `
    SELECT * FROM (VALUES
      (1, 0::TINYINT, 0::SMALLINT, 0, 0::BIGINT, 0::FLOAT, 0::DOUBLE, 0::DECIMAL(10,2), 0::DECIMAL(38,0), 0::DECIMAL(38,18), 0::DECIMAL(4,4)),
      (2, 127, 32767, 2147483647, 9223372036854775807, 3.4028235e38, 1.7976931348623157e308, 99999999.99, 99999999999999999999999999999999999999, 99999999999999999999.999999999999999999, 0.9999),
      (3, -128, -32768, -2147483648, -9223372036854775808, -3.4028235e38, -1.7976931348623157e308, -99999999.99, -99999999999999999999999999999999999999, -99999999999999999999.999999999999999999, -0.9999),
      (4, 1, 10, 100, 1000, 1.5, 2.5, 1.25, 3, 0.000000000000000001, 0.5),
      (5, -1, -10, -7, -3, -1.5, -2.5, -1.25, -3, -2.5, -0.5),
      (6, 7, 7, 7, 7, 'nan', 'nan', 12.34, 7, 7.7, 0.1234),
      (7, 3, 5, 10, 3, 'inf', 'inf', 2.50, 10, 1.000000000000000000, 0.0001),
      (8, 2, 3, 4, 5, '-inf', '-inf', 3.50, 12345678901234567890, 123.456, 0.0),
      (9, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
      (10, 12, 255, 1234567, 1234567890123, 0.1, 1e-10, 0.01, 100, 3.5, 0.25),
      (11, 100, 1000, 65536, 4294967296, 16777216, 123456789.125, 1234.56, 65536, 1e10, 0.3333),
      (12, -100, -1000, -65536, -4294967296, 1e20, 1e20, -0.01, -1, -0.5, -0.25)
    ) t(id, b, s, i, l, f, d, m, m38, m18, m4)`,
  texts: `
    SELECT id, t, u, CASE WHEN id = 9 THEN '\\xFF\\x00\\xC3'::BLOB ELSE encode(t) END AS bin FROM (VALUES
      (1, 'hello world', 'o'), (2, '', ''), (3, '  pad  ', ' '), (4, NULL, 'x'), (5, 'x', NULL), (6, 'Grüße, Ünïcode', 'ü'),
      (7, '😀a😀b', '😀'), (8, 'a,b,,c,', ','), (9, 'O''Brien "q" \\ back', '\\'), (10, 'MiXeD CaSe-word_two 3rd', 'e'),
      (11, '100%_sure', '%'), (12, 'line1' || chr(10) || 'line2' || chr(9) || 'tab', chr(10)), (13, 'abcabcabc', 'abc'), (14, 'ǅ ß İi', 'i'), (15, '2024-03-10', '-')
    ) t(id, t, u)`,
  castable: `
    SELECT * FROM (VALUES
      (1, '1'), (2, ' 12 '), (3, '-7'), (4, '+7'), (5, '1.9'), (6, '-1.9'), (7, '1e3'), (8, 'abc'), (9, ''), (10, NULL), (11, 'true'), (12, 'T'), (13, 'no'), (14, '0'), (15, 'NaN'), (16, 'Infinity'),
      (17, '-inf'), (18, '2147483648'), (19, '9223372036854775808'), (20, '128'), (21, '0x1F'), (22, '1d'), (23, '1f'), (24, '1L'), (25, '.5'), (26, '5.'), (27, '.'), (28, '2024-02-29'), (29, '2023-02-29'),
      (30, '2024-2-9'), (31, '2024'), (32, '2024-03'), (33, '2024-03-10T02:30:00'), (34, '2024-03-10 02:30:00'), (35, '2024-11-03 01:30:00'), (36, '2024-03-10T10:00:00Z'), (37, '2024-03-10 10:00:00+05:30'),
      (38, '2024-03-10 10:00:00.123456789'), (39, '1:x'), (40, '2024-13-01'), (41, '2024-03-10 25:00:00'), (42, '03/10/2024'), (43, '20240310'), (44, '2024-03-10 10:00'), (45, '2024-03-10 '), (46, 'epoch'),
      (47, 'now'), (48, '1_000'), (49, '1,000'), (50, '12345678901234567890.123456789'), (51, '0.005'), (52, '-0.005'), (53, '99999999.995'), (54, 'yes'), (55, ' y '), (56, '2024-03-10 America/New_York'),
      (57, '2024-03-10 10:00:00 America/New_York'), (58, '1e400'), (59, '1e-400'), (60, '--1'), (61, '1 2'), (62, '2024-03-10abc'), (63, '2024-03-10Tabc'), (64, 'x1'), (65, chr(9) || '5' || chr(10)), (66, '2024-03-10 1:2:3'),
      (67, '-0'), (68, 'false'), (69, 'f'), (70, 'n'), (71, '1.5E2'), (72, '000123'), (73, '0100-01-01'), (74, '+2024-01-01')
    ) t(id, t)`,
  moments: `
    SELECT id, ts::TIMESTAMPTZ AS ts, ntz::TIMESTAMP AS ntz, d::DATE AS d FROM (VALUES
      (1, '2024-02-29 12:34:56.789012+00', '2024-02-29 12:34:56.789012', '2024-02-29'),
      (2, '2024-03-10 09:59:59+00', '2024-03-10 02:30:00', '2024-03-10'), (3, '2024-03-10 10:00:00+00', '2024-03-10 03:00:00', '2024-03-31'),
      (4, '2024-11-03 08:30:00+00', '2024-11-03 01:30:00', '2024-11-03'), (5, '2024-11-03 09:30:00+00', '2024-11-03 02:00:00', '2023-12-31'),
      (6, '1970-01-01 00:00:00+00', '1970-01-01 00:00:00', '1970-01-01'), (7, '1969-12-31 23:59:59.5+00', '1969-12-31 23:59:59.5', '1969-12-31'),
      (8, '1900-01-01 12:00:00+00', '1900-01-01 00:00:00', '1900-03-01'), (9, NULL, NULL, NULL), (10, '2021-01-03 23:00:00+00', '2021-01-03 23:00:00', '2021-01-03'),
      (11, '2024-12-31 23:59:59.999999+00', '2024-12-31 23:59:59.999999', '2024-12-31'), (12, '9990-12-31 00:00:00+00', '9990-12-31 00:00:00', '9990-12-31')
    ) t(id, ts, ntz, d)`,
  sales: `
    SELECT * FROM (VALUES
      (1, 'east', 'A', DATE '2024-01-01', 10, 1.5::DOUBLE), (2, 'east', 'A', DATE '2024-01-02', 20, 2.5), (3, 'east', 'B', DATE '2024-01-02', NULL, 3.5),
      (4, 'west', 'A', DATE '2024-01-03', 5, NULL), (5, 'west', 'B', DATE '2024-01-05', 5, 0.0), (6, 'west', 'B', NULL, 7, 'nan'::DOUBLE),
      (7, NULL, 'C', DATE '2024-02-01', 100, -1.0), (8, NULL, NULL, DATE '2024-02-01', -100, 9.0), (9, 'north', 'Z', DATE '2024-03-01', NULL, NULL)
    ) t(id, region, product, sold, units, price)`,
};

/** Writes every table as a Parquet file into a folder; their paths by name. */
export async function writeTables(folder: string): Promise<Readonly<Record<string, string>>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const paths: Record<string, string> = {};
  for (const [name, sql] of Object.entries(TABLES)) {
    const path = join(folder, `${name}.parquet`);
    await connection.run(`COPY (${sql}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
    paths[name] = path;
  }
  connection.closeSync();
  instance.closeSync();
  return paths;
}
