import { installerKeyOf } from "@karibu/protocol/installer-key";
import { expect, test } from "vitest";
import { mayReadInstallerPages } from "./installer-access.ts";

const key = installerKeyOf("the RADIUS secret");
const mayRead = (address: string | null, rest: { query?: string; headers?: Record<string, string> } = {}, own = key) =>
  mayReadInstallerPages(
    { method: "GET", url: "/status", headers: rest.headers ?? {}, body: "", address },
    new URLSearchParams(rest.query ?? ""),
    own,
  );

test.each([
  ["the container's health check", "127.0.0.1", {}, true],
  ["the same over a dual-stack socket", "::ffff:127.0.0.1", {}, true],
  ["a guest", "10.5.50.7", {}, false],
  ["guests behind the router's own address", "172.31.255.1", {}, false],
  ["an address that only looks like this machine's", "127.0.0.1.example", {}, false],
  ["nobody knows who", null, {}, false],
  ["a guest through a proxy on this machine", "127.0.0.1", { headers: { "x-forwarded-for": "10.5.50.7" } }, false],
  ["a guest who guesses", "10.5.50.7", { query: "key=0000" }, false],
  ["a guest with no key at all", "10.5.50.7", { query: "key=" }, false],
  ["an installer on the guests' network", "10.5.50.7", { query: `key=${key}` }, true],
  ["a collector", "10.0.0.9", { headers: { authorization: `Bearer ${key}` } }, true],
])("[SYS-13] installer pages: %s", (_, address, rest, may) => {
  expect(mayRead(address, rest)).toBe(may);
});

test("where there is no key, only the machine itself reads them", () => {
  const request = { method: "GET", url: "/status", headers: {}, body: "", address: "10.5.50.7" };
  expect(mayReadInstallerPages(request, new URLSearchParams("key="), null)).toBe(false);
  expect(mayReadInstallerPages({ ...request, address: "::1" }, new URLSearchParams(), null)).toBe(true);
});

test("the key does not reveal the secret, and is different for each secret", () => {
  expect(key).toMatch(/^[0-9a-f]{20}$/);
  expect(installerKeyOf("another secret")).not.toBe(key);
});
