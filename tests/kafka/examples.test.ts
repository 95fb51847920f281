import { join } from "node:path";
import { openPipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, kafkaRig, startBroker } from "../../rigs/kafka.mjs";
import { brokerLeftOut } from "../harness/kafka.ts";
import { domainRows } from "../harness/kafka-domains.ts";
import { musicRows } from "../harness/music-streaming.ts";
import { copyExample, root, runNode } from "../harness/sluice.ts";

const leftOut = brokerLeftOut();
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`the examples that read topics, on a broker${why}`, () => {
  let broker: KafkaBroker;

  beforeAll(async () => {
    broker = await startBroker();
  });
  afterAll(async () => {
    await broker?.remove();
  });

  /**
   * Sends batches to the broker, with an update after each, and records them for a fold.
   *
   * @returns the rows of each table that the fold has, and the fold
   */
  async function run(
    name: string,
    configuration: Readonly<Record<string, string>>,
    batches: readonly (readonly string[])[],
    fold: (recording: string) => Readonly<Record<string, number>>,
  ) {
    const folder = await copyExample(name);
    const recording = join(folder, "recording");
    const pipeline = await openPipeline(folder, { configuration });
    for (const [i, flags] of batches.entries()) {
      const places = ["--broker", broker.plaintext, "--into", recording, "--batch", `${i + 1}`];
      await runNode([join(root, "examples", name, "generate.mjs"), ...places, ...flags]);
      expect(await pipeline.run().result).toMatchObject({ kind: "Finished", state: "COMPLETED" });
    }
    const expected = fold(recording);
    const counts = Object.keys(expected).map((table) => `SELECT '${table}', count(*) FROM ${table}`);
    const { rows } = await pipeline.query(counts.join(" UNION ALL "));
    await pipeline.close();
    return { expected, rows: Object.fromEntries(rows.map(([table, count]) => [table, Number(count)])) };
  }

  test("[F152] music streaming has the rows of a fold over the events, after a second batch too", async () => {
    const batches = ["2025-07-09T22:45:00Z", "2025-07-10T09:00:00Z"].map((from) => [
      "--sessions",
      "80",
      "--from",
      from,
    ]);
    const { rows, expected } = await run(
      "music-streaming",
      { bootstrap_servers: broker.plaintext },
      batches,
      musicRows,
    );
    expect(rows).toEqual(expected);
  });

  test("[F154] [F155] [F161] [F192] so have the domains, behind a login", async () => {
    const login = `org.apache.kafka.common.security.plain.PlainLoginModule required username="plain" password="${kafkaRig()?.password}";`;
    const configuration = {
      bootstrap_servers: broker.saslTls,
      "kafka.security.protocol": "SASL_SSL",
      "kafka.sasl.mechanism": "PLAIN",
      "kafka.sasl.jaas.config": login,
      "kafka.ssl.truststore.location": kafkaRig()?.ca ?? "",
      "kafka.ssl.truststore.type": "PEM",
    };
    const batches = ["1", "2"].map(() => ["--messages", "3000"]);
    const { rows, expected } = await run(
      "kafka-domains",
      configuration,
      batches,
      (folder) => domainRows(folder).counts,
    );
    expect(rows).toEqual(expected);
  });
});
