/** What the hub's machine keeps of its containers' logs has a bound: Docker keeps everything otherwise. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const compose = readFileSync(join(import.meta.dirname, "../compose.yaml"), "utf8");

test("[SYS-08] every service of the compose file rotates its log, and all of them keep 100 MB each", () => {
  const [, rotation = ""] = /^x-logging: &logging\n((?: {2}.+\n)+)/m.exec(compose) ?? [];
  const [, megabytes, files] = /driver: json-file\n.*max-size: (\d+)m, max-file: "(\d+)"/.exec(rotation) ?? [];
  expect(Number(megabytes) * Number(files)).toBe(100);
  const [, services = ""] = /^services:\n((?: {2}.*\n|\n| *#.*\n)+)/m.exec(compose) ?? [];
  const named = services.split(/^ {2}(?=[a-z-]+:$)/m).slice(1);
  expect(named.map((service) => service.split(":")[0])).toEqual(expect.arrayContaining(["caddy", "hub", "postgres"]));
  expect(named.filter((service) => !/^ {4}logging: \*logging$/m.test(service)).map((one) => one.split(":")[0])).toEqual(
    [],
  );
});
