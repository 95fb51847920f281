import { expect, test } from "vitest";
import { fetchNow } from "./fetch-now.ts";
import { bodyOf, schemaOf } from "./registry-answer.ts";
import { registryRequest } from "./registry-request.ts";

const ADDRESS = "confluent.schema.registry.address";
const AUTH = "confluent.schema.registry.basic.auth";

test("[F159] the login is in the options or in the address, and is in no URL that is asked", () => {
  const basic = `Basic ${Buffer.from("me:p@ss").toString("base64")}`;
  const given = { [`${AUTH}.credentials.source`]: "USER_INFO", [`${AUTH}.user.info`]: "me:p@ss" };
  const asked = registryRequest({ [ADDRESS]: "https://r:8081/api/", ...given }, "/subjects");
  expect(asked).toMatchObject({ url: "https://r:8081/api/subjects", headers: { authorization: basic } });
  const inAddress = registryRequest({ [ADDRESS]: "http://me:p%40ss@r:8081" }, "/subjects");
  expect(inAddress).toMatchObject({ url: "http://r:8081/subjects", headers: { authorization: basic } });
  expect(registryRequest({ [ADDRESS]: "http://r" }, "/x").headers).not.toHaveProperty("authorization");
});

test("what a registry does not have is no failure; everything else is, and says whether trying again may help", () => {
  expect(bodyOf({ status: 404, text: '{"error_code":40401}' }, "r")).toBeUndefined();
  const failures = [
    [401, "", "the login was refused", false],
    [404, "<html>", "status 404", false],
    [503, '{"message":"down"}', "down", true],
  ] as const;
  for (const [status, text, said, transient] of failures) {
    expect(() => bodyOf({ status, text }, "r")).toThrow(
      expect.objectContaining({ message: expect.stringContaining(said), transient }),
    );
  }
  const referring = { schema: "{}", references: [{ name: "shop.Place", subject: "place", version: 1 }] };
  expect(() => schemaOf(referring, "r", 3)).toThrow("schema 3 refers to others (shop.Place)");
});

test("asking at once ends with the reason when nobody answers", () => {
  const answer = fetchNow({ url: "http://127.0.0.1:1/", method: "GET", headers: {} }, 5000);
  expect(answer.status).toBe(0);
  expect(answer.text).toMatch(/ECONNREFUSED|bad port|fetch failed/);
});
