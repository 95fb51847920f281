import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dlt } from "sluice";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { memoryStream, type TestPipeline, testPipeline } from "../testing/index.ts";

const opened: TestPipeline[] = [];
const posts: { readonly url: string; readonly headers: IncomingMessage["headers"]; readonly body: unknown }[] = [];
const mails: string[] = [];
let answers: number[] = [];
let http: Server;
let smtp: SMTPServer;
let base = "";

beforeAll(async () => {
  http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      posts.push({ url: request.url ?? "", headers: request.headers, body });
      response.statusCode = answers.shift() ?? 200;
      response.end(response.statusCode === 200 ? "ok" : "no_team");
    });
  }).listen(0, "127.0.0.1");
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (chunk) => {
        text += String(chunk);
      });
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  smtp.listen(0, "127.0.0.1");
  await Promise.all([once(http, "listening"), once(smtp.server, "listening")]);
  base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  process.env["SLUICE_SECRET_OPS_HOOK"] = `${base}/services/T0/B0/s3cret`;
  process.env["SLUICE_SECRET_OPS_TOKEN"] = "t0ken";
  process.env["SLUICE_SMTP_URL"] = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  process.env["SLUICE_SMTP_FROM"] = "sluice@example.org";
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  posts.length = 0;
  mails.length = 0;
  answers = [];
});

afterAll(async () => {
  http.close();
  smtp.close(() => {});
  for (const name of ["SECRET_OPS_HOOK", "SECRET_OPS_TOKEN", "SMTP_URL", "SMTP_FROM"])
    delete process.env[`SLUICE_${name}`];
});

async function alerts(format: string, options: Parameters<typeof dlt.createSink>[2]) {
  const rows = memoryStream("campaign STRING, ctr DOUBLE");
  const pipeline = await testPipeline(
    () => {
      dlt.table({ name: "alerts_log" }, () => dlt.readStream("source"));
      dlt.createSink("ops", format, options);
      dlt.appendFlow({ target: "ops", name: "tell" }, () => dlt.readStream("alerts_log"));
    },
    { replace: { alerts_log: rows } },
  );
  opened.push(pipeline);
  return { rows, pipeline };
}

describe("alerts", () => {
  test("go to a webhook, each key once within the throttle, so many in a message [F191] [F192]", async () => {
    const url = `${base}/alerts`;
    const options = { url, "header.Authorization": "Bearer {{secrets/ops/token}}", key: "campaign", maxAlerts: 2 };
    const { rows, pipeline } = await alerts("webhook", options);
    rows.add([
      ["a", 1],
      ["b", 1.25],
      ["a", 0.5],
      ["c", 1],
    ]);
    await pipeline.run();
    rows.add([
      ["b", 0.5],
      ["d", 1],
    ]);
    await pipeline.run();
    expect(posts.map(({ body }) => body)).toEqual([
      {
        sink: "ops",
        alerts: [
          { campaign: "a", ctr: 1 },
          { campaign: "b", ctr: 1.25 },
        ],
      },
      { sink: "ops", alerts: [{ campaign: "c", ctr: 1 }] },
      { sink: "ops", alerts: [{ campaign: "d", ctr: 1 }] },
    ]);
    expect(posts[0]?.headers.authorization).toBe("Bearer t0ken");
  });

  test("go to Slack as text, again after trouble that passes, and wait after trouble that does not [F191]", async () => {
    const { rows, pipeline } = await alerts("slack", { url: "{{secrets/ops/hook}}" });
    answers = [503, 200];
    rows.add([["<a>", 1]]);
    await pipeline.run();
    expect(posts.map(({ body }) => body)).toEqual(Array(2).fill({ text: "campaign: &lt;a&gt;, ctr: 1" }));
    answers = [404];
    rows.add([["b", 1]]);
    await expect(pipeline.run()).rejects.toThrow(/A message was not delivered: 127.0.0.1:\d+ answered 404: no_team/);
    await pipeline.run();
    expect(posts.slice(2).map(({ body }) => body)).toEqual(Array(2).fill({ text: "campaign: b, ctr: 1" }));
    const { rows: events } = await pipeline.pipeline.query("SELECT * FROM event_log");
    const log = JSON.stringify(events, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    expect(log).toContain("answered 404");
    expect(log).not.toContain("s3cret");
  });

  test("go out as mail [F190]", async () => {
    const { rows, pipeline } = await alerts("email", { to: "ops@example.org, cmo@example.org", subject: "Campaigns" });
    rows.add([
      ["a", 1],
      ["b", 2],
    ]);
    await pipeline.run();
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(/From: sluice@example.org\r\nTo: ops@example.org, cmo@example.org\r\nSubject: Campaigns/);
    expect(mails[0]).toContain("campaign: a, ctr: 1\r\ncampaign: b, ctr: 2");
  });

  test("are refused at validate when they could not be told", async () => {
    const wrong = async (format: string, options: Parameters<typeof dlt.createSink>[2]) => {
      const { pipeline } = await alerts(format, options);
      return (await pipeline.pipeline.validate()).errors.map(({ message }) => message).join("\n");
    };
    const hook = "https://hooks.slack.com/services/T0/B0/s3cret";
    const slack = await wrong("slack", { url: hook });
    expect(slack).toContain("the name of a secret");
    expect(slack).not.toContain("s3cret");
    expect(await wrong("slack", { url: "{{secrets/ops/none}}" })).toContain("SLUICE_SECRET_OPS_NONE");
    expect(await wrong("webhook", { url: base, keys: "a" })).toContain("no option `keys`");
    expect(await wrong("webhook", { url: base, key: "region" })).toContain('no column "region"');
    expect(await wrong("email", {})).toContain("needs the option `to`");
  });
});
