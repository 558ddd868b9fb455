import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { encodeJsonFile } from "../ground/files/json-file.ts";
import type { DnsAnswer } from "./ask-servers.ts";
import { createNames, familiesToAsk } from "./names.ts";
import { openSavedAddresses } from "./saved-addresses.ts";

const hub = "hub.example";
const address = (text: string) => ({ address: text, family: text.includes(":") ? (6 as const) : (4 as const) });
const answer = (ttlSeconds: number, ...texts: string[]): DnsAnswer => ({
  kind: "addresses",
  addresses: texts.map(address),
  ttlSeconds,
});
const silent: DnsAnswer = { kind: "silent", why: "ETIMEOUT" };
const never = new Promise<DnsAnswer>(() => {});

/** Names of a machine whose servers say what `says` says. */
async function namesOf(
  given: {
    readonly says?: (name: string, family: 4 | 6, servers: readonly string[]) => DnsAnswer | Promise<DnsAnswer>;
    readonly folder?: ReturnType<typeof createFaultyFolder>;
    readonly own?: readonly string[];
  } = {},
) {
  const world = createSimulatedWorld();
  const folder = given.folder ?? createFaultyFolder(world);
  const files = new Map([["/etc/resolv.conf", "nameserver 10.0.0.1\n"]]);
  const asked: string[] = [];
  const server = { says: given.says ?? (() => silent as DnsAnswer | Promise<DnsAnswer>) };
  const names = createNames(world, {
    readText: (path) => files.get(path) ?? null,
    async askServers(servers, name, family) {
      asked.push(`${family} ${name}`);
      return server.says(name, family, servers);
    },
    saved: await openSavedAddresses(world, folder),
    ownAddresses: () => given.own ?? ["127.0.0.1", "172.17.0.2"],
  });
  const find = (name: string, family: 0 | 4 | 6 = 0) =>
    new Promise<string[]>((resolve, reject) => {
      names.lookup(name, { all: true, family }, (error, found) => {
        if (error !== null) reject(error);
        else resolve((found as { address: string }[]).map((each) => each.address));
      });
    });
  /** The world's time that it took, and its result. */
  async function timed(found: Promise<string[]>): Promise<{ ms: number; found: string[] | string }> {
    const fromMs = world.clock.monotonicMs();
    const settled = found.catch((error: Error) => error.message);
    const result = await passTimeUntil(world, settled, 100);
    return { ms: world.clock.monotonicMs() - fromMs, found: result };
  }
  return { world, folder, files, asked, server, names, find, timed };
}

test("addresses, localhost and names of the hosts file are found without asking", async () => {
  const { find, files, asked, names } = await namesOf();
  files.set("/etc/hosts", "192.0.2.7 hub.example\n");
  expect(await find("192.0.2.1")).toEqual(["192.0.2.1"]);
  expect(await find("2001:db8::1")).toEqual(["2001:db8::1"]);
  expect(await find("localhost")).toEqual(["127.0.0.1", "::1"]);
  expect(await find("localhost", 4)).toEqual(["127.0.0.1"]);
  expect(await find(hub)).toEqual(["192.0.2.7"]);
  expect(asked).toEqual([]);
  expect(names.problem).toBeNull();
});

test("an answer is valid for its TTL, an hour at most; then the server is asked again", async () => {
  const { find, asked, server, world } = await namesOf({ says: () => answer(60, "192.0.2.1") });
  expect(await find(hub)).toEqual(["192.0.2.1"]);
  world.advance(59_000);
  expect(await find("HUB.example")).toEqual(["192.0.2.1"]);
  expect(asked).toHaveLength(1);
  server.says = () => answer(1_000_000, "192.0.2.2");
  world.advance(1000);
  expect(await find(hub)).toEqual(["192.0.2.2"]);
  server.says = () => answer(0, "192.0.2.3");
  world.advance(3_600_000);
  expect(await find(hub)).toEqual(["192.0.2.3"]);
  server.says = () => answer(0, "192.0.2.4");
  expect(await find(hub)).toEqual(["192.0.2.4"]);
});

test("however many ask at once, one question is out", async () => {
  const { find, asked, timed } = await namesOf({ says: () => never });
  const all = await Promise.all(Array.from({ length: 50 }, () => timed(find(hub))));
  expect(asked).toEqual(["4 hub.example"]);
  expect(all[0]?.found).toMatch(/no DNS server answers for hub.example/);
  await timed(find(hub));
  expect(asked).toHaveLength(1); // the first is still out
});

test("no caller waits longer than six seconds for a silent server, and the log reports it once", async () => {
  const { find, timed, world, names } = await namesOf({ says: () => never });
  expect((await timed(find(hub))).ms).toBeLessThanOrEqual(6000);
  expect((await timed(find(hub))).ms).toBeLessThanOrEqual(6000);
  expect(world.logged.filter(({ event }) => event === "dns-silent")).toHaveLength(1);
  expect(names.problem).toBe("The DNS server (10.0.0.1) does not answer for hub.example: its address is not known.");
});

test("a server that falls silent: the last good address is used after two seconds, then at once, and the server is asked again after half a minute", async () => {
  const { find, timed, server, world, asked, names } = await namesOf({ says: () => answer(60, "192.0.2.1") });
  await find(hub);
  world.advance(60_000);
  let come: (late: DnsAnswer) => void = () => {};
  server.says = () => new Promise((resolve) => (come = resolve));
  const first = await timed(find(hub));
  expect(first.found).toEqual(["192.0.2.1"]);
  expect(first.ms).toBeGreaterThan(1000);
  expect(first.ms).toBeLessThanOrEqual(2000);
  expect(await find(hub)).toEqual(["192.0.2.1"]); // no time passes
  expect(names.problem).toContain("its last known address is used");
  expect(asked).toHaveLength(2);

  come(silent); // to the question that is still out
  await new Promise((resolve) => setImmediate(resolve));
  server.says = () => answer(60, "192.0.2.2");
  world.advance(30_000);
  expect(await find(hub)).toEqual(["192.0.2.2"]);
  expect(names.problem).toBeNull();
  expect(world.logged.map(({ event }) => event)).toEqual(["dns-silent", "dns-answers"]);
});

test("an answer that is too late for its caller is used for the next one", async () => {
  let come: (late: DnsAnswer) => void = () => {};
  const { find, timed, asked } = await namesOf({ says: () => new Promise((resolve) => (come = resolve)) });
  expect((await timed(find(hub))).found).toMatch(/no DNS server answers/);
  come(answer(60, "192.0.2.1"));
  expect(await find(hub)).toEqual(["192.0.2.1"]);
  expect(asked).toHaveLength(1);
});

test("the server's word that there is no such name counts, though an address was known", async () => {
  const { find, server, world, names, timed } = await namesOf({ says: () => answer(60, "192.0.2.1") });
  await find(hub);
  world.advance(60_000);
  server.says = () => ({ kind: "none" });
  expect((await timed(find(hub))).found).toMatch(/^hub.example is not found/);
  expect(names.problem).toBe("The DNS server (10.0.0.1) knows no address of hub.example.");
  server.says = () => silent;
  expect(await find(hub)).toEqual(["192.0.2.1"]);
});

test("after a restart the last good address is known, with or without the server", async () => {
  const before = await namesOf({ says: () => answer(60, "192.0.2.1", "192.0.2.2") });
  await before.find(hub);
  const after = await namesOf({ folder: before.folder, says: () => silent });
  expect(await after.find(hub)).toEqual(["192.0.2.1", "192.0.2.2"]);
});

test("a damaged file of addresses, or a disk that refuses writes, stops no look-up", async () => {
  const world = createSimulatedWorld();
  const folder = createFaultyFolder(world);
  await folder.replace("names.json", Buffer.from('{"hub.example": "192.0.2.'));
  const damaged = await namesOf({ folder, says: () => answer(60, "192.0.2.1") });
  expect(await damaged.find(hub)).toEqual(["192.0.2.1"]);
  await folder.replace("names.json", encodeJsonFile({ "hub.example": ["nonsense"], "other.example": ["192.0.2.5"] }));
  const other = await namesOf({ folder });
  expect((await other.timed(other.find(hub))).found).toMatch(/no DNS server answers/);
  expect(await other.find("other.example")).toEqual(["192.0.2.5"]);
});

test("addresses that change at each question are written once an hour at most", async () => {
  let last = 0;
  const { find, world, folder } = await namesOf({ says: () => answer(0, `192.0.2.${++last % 250}`) });
  let writes = 0;
  const { replace } = folder;
  folder.replace = (name, content) => {
    writes++;
    return replace(name, content);
  };
  for (let minute = 0; minute < 120; minute++) {
    await find(hub);
    world.advance(60_000);
  }
  expect(writes).toBe(2);
});

test("a name without a dot is resolved with the search list; a new resolv.conf counts at the next question", async () => {
  const { find, files, asked } = await namesOf({
    says: (name, _, servers) =>
      name === "hub.lan.example" && servers[0] === "10.0.0.2" ? answer(0, "192.0.2.1") : { kind: "none" },
  });
  await expect(find("hub")).rejects.toThrow("hub is not found");
  files.set("/etc/resolv.conf", "nameserver 10.0.0.2\nsearch lan.example\n");
  expect(await find("hub")).toEqual(["192.0.2.1"]);
  expect(asked).toEqual(["4 hub", "4 hub.lan.example"]);
});

test("a machine with both families gets both, IPv4 first; a family without an answer delays no caller", async () => {
  const own = ["127.0.0.1", "172.17.0.2", "2001:db8::2"];
  const both = await namesOf({ own, says: (_, family) => answer(60, family === 4 ? "192.0.2.1" : "2001:db8::1") });
  expect(await both.find(hub)).toEqual(["192.0.2.1", "2001:db8::1"]);
  expect(await both.find(hub, 6)).toEqual(["2001:db8::1"]);
  const half = await namesOf({ own, says: (_, family) => (family === 4 ? answer(60, "192.0.2.1") : never) });
  const { ms, found } = await half.timed(half.find(hub));
  expect(found).toEqual(["192.0.2.1"]);
  expect(ms).toBeLessThanOrEqual(200);
  await expect(half.find(hub, 6)).rejects.toThrow("no IPv6 address");
  const six = await namesOf({
    own,
    says: (_, family) => (family === 6 ? answer(60, "2001:db8::1") : { kind: "none" }),
  });
  expect(await six.find(hub)).toEqual(["2001:db8::1"]);
});

test.each([
  ["a container", ["127.0.0.1", "::1", "172.17.0.2", "fe80::1"], [4]],
  ["both", ["192.0.2.5", "2001:db8::5"], [4, 6]],
  ["IPv6 alone", ["127.0.0.1", "::1", "2001:db8::5"], [6]],
  ["nothing yet", ["127.0.0.1", "::1"], [4]],
])("families to ask for on a machine with %s", (_, own, families) => {
  expect(familiesToAsk(own)).toEqual(families);
});
