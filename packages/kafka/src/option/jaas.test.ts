import { expect, test } from "vitest";
import { parseJaas } from "./jaas.ts";

test("[F154] reads logins of Java's client, with and without the prefix of Databricks", () => {
  const options = { username: "$ConnectionString", password: 'Endpoint=sb://x/;Key=a"b=' };
  const login = (prefix: string) =>
    `${prefix}org.apache.kafka.common.security.plain.PlainLoginModule required username="$ConnectionString" password="Endpoint=sb://x/;Key=a\\"b=";`;
  for (const prefix of ["", "kafkashaded."]) {
    expect(parseJaas(login(prefix))).toEqual({ module: "PlainLoginModule", options });
  }
  const scram =
    "org.apache.kafka.common.security.scram.ScramLoginModule required username='u' password=p\n  tokenauth=true ;";
  expect(parseJaas(scram)).toEqual({
    module: "ScramLoginModule",
    options: { username: "u", password: "p", tokenauth: "true" },
  });
});

test("answers nothing for what is no login", () => {
  for (const text of ["", "user=a", "org.apache.kafka.common.security.plain.PlainLoginModule username=u"]) {
    expect(parseJaas(text)).toBeUndefined();
  }
});
