/** Real questions to a real DNS server on loopback. */

import { type NameServer, startNameServer } from "@karibu/lab/silent-dns/name-server";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAskServers } from "./ask-servers.ts";

let server: NameServer;
let servers: string[] = [];

beforeEach(async () => {
  server = await startNameServer({ address: "127.0.0.1", port: 0, ttlSeconds: 77 });
  servers = [`127.0.0.1:${server.port}`];
  server.table.set("hub.example", ["192.0.2.1", "192.0.2.2", "2001:db8::1"]);
  server.table.set("four.example", ["192.0.2.4"]);
});
afterEach(() => server.close());

test("an answer has the addresses of the family that was asked for, and their time to live", async () => {
  const ask = createAskServers();
  expect(await ask(servers, "hub.example", 4)).toEqual({
    kind: "addresses",
    addresses: [
      { address: "192.0.2.1", family: 4 },
      { address: "192.0.2.2", family: 4 },
    ],
    ttlSeconds: 77,
  });
  expect(await ask(servers, "hub.example", 6)).toMatchObject({ addresses: [{ address: "2001:db8::1", family: 6 }] });
});

test("a server's word that there is no such name, or no such address, is no silence; SERVFAIL is", async () => {
  const ask = createAskServers();
  expect(await ask(servers, "nobody.example", 4)).toEqual({ kind: "none" });
  expect(await ask(servers, "four.example", 6)).toEqual({ kind: "none" });
  server.behaviour = "failing";
  expect(await ask(servers, "hub.example", 4)).toEqual({ kind: "silent", why: "ESERVFAIL" });
});

longTest("a silent server is asked twice; then the next server answers in its place", async () => {
  const ask = createAskServers();
  const mute = await startNameServer({ address: "127.0.0.2", port: 0 });
  mute.behaviour = "silent";
  const [alone, together] = await Promise.all([
    ask([`127.0.0.2:${mute.port}`], "hub.example", 4),
    createAskServers()([`127.0.0.2:${mute.port}`, ...servers], "hub.example", 4),
  ]);
  expect(alone).toEqual({ kind: "silent", why: "ETIMEOUT" });
  expect(together).toMatchObject({ kind: "addresses" });
  expect(mute.asked).toHaveLength(3);
  await mute.close();
});

test("new servers are used as soon as they are set; invalid servers count as silent", async () => {
  const ask = createAskServers();
  const other = await startNameServer({ address: "127.0.0.1", port: 0 });
  other.table.set("hub.example", ["192.0.2.99"]);
  await ask(servers, "hub.example", 4);
  expect(await ask([`127.0.0.1:${other.port}`], "hub.example", 4)).toMatchObject({
    addresses: [{ address: "192.0.2.99" }],
  });
  expect(await ask(["nonsense"], "hub.example", 4)).toMatchObject({ kind: "silent" });
  await other.close();
});
