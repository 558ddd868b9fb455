/** What the hub sees of a site's router: from the hub's end of the link to the router's tables and back, under virtual time. */

import { hostileTexts } from "@karibu/protocol/hostile-texts";
import { frameBytesMax } from "@karibu/protocol/link/frame";
import { roughly } from "@karibu/protocol/router/packed-numbers";
import { unpackFigures } from "@karibu/protocol/router/router-figures";
import { routerViews } from "@karibu/protocol/router/router-views";
import { readConnections } from "@karibu/protocol/rpc/router/read-connections";
import { endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import { expect, test } from "vitest";
import { openLiveSiteOfTest } from "./test-live-site.ts";

const open = openLiveSiteOfTest;

/** `rows`, `not-here`, or what was refused. */
const outcomeOf = (read: Promise<{ kind: string }>): Promise<string> =>
  read.then(
    ({ kind }) => kind,
    (error) => error.advice?.hint ?? error.code,
  );

test("[RTR-07] [RTR-08] [RTR-20] [RTR-27] every view answers with rows, or says that this router has no such menu", async () => {
  const { read, settled, router } = await open();
  await router.client("10.5.50.7").request();
  const kinds = new Map<string, string>();
  for (const view of routerViews) kinds.set(view, (await settled(read(view))).kind);
  expect([...kinds].filter(([, kind]) => kind === "not-here")).toEqual([
    ["wireless-clients", "not-here"],
    ["capsman-clients", "not-here"],
  ]);
  const system = await settled(read("system"));
  expect(system.rows).toMatchObject([
    { identity: "karibu-lab", "license-level": "5", model: "RB5009UG+S+", "cpu-load": "3" },
  ]);
  const { rows } = await settled(read("interfaces"));
  expect(rows.find(({ name }) => name === "ether1")).toMatchObject({
    "rx-bits-per-second": "2800000",
    comment: "WAN",
  });
  expect((await settled(read("ethernet"))).rows[0]).toMatchObject({ name: "ether1", status: "link-ok", rate: "1Gbps" });
  expect((await settled(read("dhcp-leases"))).rows).toMatchObject([{ address: "10.5.50.7", dynamic: "true" }]);
});

test("[RTR-20] no password, key or content of a file leaves the site, also where the agent's user may read them", async () => {
  const policies = ["api", "read", "write", "test", "sensitive"];
  const { read, act, settled, tree, hub } = await open({ router: { apiPolicies: policies } });
  tree.add("/ip/hotspot/user", { name: "mary", password: "do not tell" });
  await settled(act({ kind: "add-hotspot-user", name: "juma", password: "do not tell either" }));
  for (const view of routerViews) await settled(read(view, { fresh: true }));
  expect(hub.heard.join("\n")).toContain("juma");
  expect(hub.heard.join("\n")).not.toContain("do not tell");
});

/** Half characters and NUL have no place in a database. */
const asShown = (text: string) => text.slice(0, 1000).toWellFormed().replaceAll("\u0000", "\ufffd");

test("hostile names, comments and log lines arrive as they are, cut at 1,000 characters", async () => {
  const { read, settled, tree } = await open();
  for (const name of hostileTexts) tree.add("/queue/simple", { name });
  tree.add("/queue/simple", { name: `${"x".repeat(999)}😀`, comment: "a\u0000b" });
  const { rows, total } = await settled(read("queues"));
  expect(rows.slice(0, -1).map(({ name }) => name)).toEqual(hostileTexts.map(asShown));
  expect(rows.at(-1)).toMatchObject({ name: "x".repeat(999), comment: "a\ufffdb" });
  expect(total).toBe(hostileTexts.length + 1);
});

test("a long list comes in pages that each fit a frame, for one read of the router", async () => {
  const { read, settled, tree, said, hub } = await open();
  for (let number = 0; number < 2500; number++)
    tree.add("/ip/hotspot/user", { name: `user-${number}`, comment: "c".repeat(100) });
  const names: string[] = [];
  for (;;) {
    const page = await settled(read("hotspot-users", { offset: names.length }));
    names.push(...page.rows.map(({ name }) => name ?? ""));
    if (names.length >= page.total) break;
    expect(page.rows.length).toBeGreaterThan(100);
  }
  expect(new Set(names).size).toBe(2501);
  expect(said.filter(({ words }) => words[0] === "/ip/hotspot/user/print")).toHaveLength(1);
  expect(Math.max(...hub.heard.map((text) => Buffer.byteLength(text)))).toBeLessThan(frameBytesMax);
  const few = await settled(read("hotspot-users", { offset: 2499, limit: 1 }));
  expect(few.rows.map(({ name }) => name)).toEqual(["user-2498"]);
});

test("[RTR-08] logs and calls come newest first; a view is read again after 30 seconds, or where somebody watches", async () => {
  const { read, settled, tree, said, time } = await open();
  tree.add("/log", { time: "2027-01-15 09:00:00", topics: "hotspot,info", message: "the newest" });
  expect((await settled(read("logs"))).rows[0]).toMatchObject({ message: "the newest" });
  const reads = () => said.filter(({ words }) => words[0] === "/log/print").length;
  await settled(read("logs"));
  expect(reads()).toBe(1);
  await settled(read("logs", { fresh: true }));
  expect(reads()).toBe(2);
  await time.advance(31_000);
  await settled(read("logs"));
  expect(reads()).toBe(3);
  const [call] = (await settled(read("api-calls"))).rows;
  expect(call).toMatchObject({ outcome: "ok", actor: "hub", lane: "general" });
  expect(call?.words).toContain("/log/print");
});

test("[RTR-16] of 1,000 reads wanted in a minute at most 100 sentences leave; each read is answered or refused as busy, and enforcement waits for none", async () => {
  // One sentence of a connection after the other: a view behind which enforcement stood would cost it this much.
  const { read, control, said, time } = await open({ knobs: { apiSentenceMs: 300 } });
  await time.advance(60_000);
  said.length = 0;
  const fromMs = time.nowMs();
  const outcomes: string[] = [];
  const enforcedMs: number[] = [];
  let wanted = 0;
  for (let second = 0; second < 60; second++) {
    for (; wanted < ((second + 1) * 1000) / 60; wanted++) {
      const view = routerViews[wanted % routerViews.length] ?? "logs";
      void outcomeOf(read(view, { fresh: true })).then((outcome) => outcomes.push(outcome));
    }
    const askedMs = time.nowMs();
    void control.activeSessions().then(() => enforcedMs.push(time.nowMs() - askedMs));
    await time.advance(1000);
  }
  const general = said.filter(
    ({ words, atMs }) => atMs < fromMs + 60_000 && !/^\/(ip\/hotspot|ppp)\/active\/print$/.test(words[0] ?? ""),
  );
  // The view of active sessions is a general read by other columns.
  const active = said.filter(({ words }) => words[0] === "/ip/hotspot/active/print" && (words[1]?.length ?? 0) > 60);
  expect(general.length + active.length).toBeLessThanOrEqual(100);
  expect(general.length).toBeGreaterThan(60);
  await time.advance(60_000);
  expect(enforcedMs).toHaveLength(60);
  expect(Math.max(...enforcedMs)).toBeLessThanOrEqual(900); // its two lists, and a log-in
  expect(outcomes).toHaveLength(1000);
  expect([...new Set(outcomes)].sort()).toEqual(["not-here", "router-api/busy", "rows"]);
});

test("[RTR-16] what waits shows its place and when it is given up", async () => {
  const { read, settled, time } = await open();
  for (let turn = 0; turn < 12; turn++)
    for (const view of routerViews) void outcomeOf(read(view, { fresh: true })).then(() => {});
  await time.advance(2000);
  for (const view of routerViews) void outcomeOf(read(view, { fresh: true }));
  await time.advance(1000);
  for (const view of routerViews) void outcomeOf(read(view, { fresh: true }));
  await time.advance(1000);
  const waiting = (await settled(read("api-calls"))).rows.filter(({ outcome }) => outcome === "waiting");
  expect(waiting.length).toBeGreaterThan(1);
  expect(waiting.map(({ place }) => place)).toEqual(waiting.map((_, index) => String(index + 1)));
  for (const row of waiting) expect(Number(row["expires-in-ms"])).toBeLessThanOrEqual(30_000);
  await time.advance(60_000);
});

test("a router that is slow, silent, cut or off is said to be so, and partial lists are shown as they come", async () => {
  const { read, settled, router, tree, time } = await open();
  for (const name of ["a", "b", "c"]) tree.add("/interface/wifi/registration-table", { interface: name });
  router.knobs.apiPartial = { "/interface/wifi/registration-table": 2 };
  expect(await settled(read("wifi-clients"))).toMatchObject({ kind: "rows", total: 2 });
  router.knobs.apiLatencyMs = 4000;
  expect(await settled(outcomeOf(read("queues")))).toBe("rows");
  router.knobs.apiLatencyMs = 0;
  router.knobs.apiCuts.push({ command: "/file/print", isDone: false });
  expect(await settled(outcomeOf(read("files")))).toBe("rows"); // a read is asked again
  router.knobs.apiTraps = ["/user/print"];
  expect(await settled(outcomeOf(read("users")))).toBe("router-api/trap");
  router.knobs.apiSilent = true;
  expect(await settled(outcomeOf(read("neighbours")))).toBe("router-api/time-out");
  router.knobs.apiSilent = false;
  await time.advance(60_000);
  expect(await settled(outcomeOf(read("neighbours")))).toBe("rows");
});

test.each(["7.18.2 (stable)", "7.24.4 (stable)"])("RouterOS %s: figures of this second", async (version) => {
  const { read, settled, said } = await open({ router: { version } });
  const { rows } = await settled(read("interfaces"));
  expect(rows[0]).toMatchObject({ name: "ether1", "tx-bits-per-second": "336000" });
  const [monitor] = said.filter(({ words }) => words[0] === "/interface/monitor-traffic");
  expect(monitor?.words.some((word) => word.startsWith("=.proplist="))).toBe(!version.startsWith("7.18"));
});

test("[RTR-06] each hour one record of twelve samples comes by the journal", async () => {
  const { hub, time, router } = await open();
  await time.advance(2.1 * 3_600_000);
  const records = hub.records.filter((record) => record.kind === "router-figures");
  expect(records).toHaveLength(2);
  const unpacked = unpackFigures(records[1]?.packed ?? "");
  if (!("samples" in unpacked)) throw new Error(unpacked.refused);
  expect(unpacked.samples).toHaveLength(12);
  const [sample] = unpacked.samples;
  expect(sample).toMatchObject({ cpuPercent: 3, totalMemoryMib: 1024, temperatureTenths: 485, voltageTenths: 241 });
  // 350 kB a second for five minutes.
  expect(sample?.interfaces[0]).toEqual({
    name: "ether1",
    isRunning: true,
    receivedKib: roughly(Math.round((350_000 * 300) / 1024)),
    sentKib: roughly(Math.round((42_000 * 300) / 1024)),
    receiveErrors: 0,
    sendErrors: 0,
  });
  expect(unpacked.samples[1]?.atMs).toBe((sample?.atMs ?? 0) + 300_000);
  // The router starts anew and counts from nothing: no figure is made up.
  const rebooted = router.reboot();
  await time.advance(3_600_000);
  await rebooted;
  const last = hub.records.filter((record) => record.kind === "router-figures").at(-1);
  const after = unpackFigures(last?.packed ?? "");
  expect("samples" in after && after.samples.some(({ interfaces }) => interfaces[0]?.receivedKib === null)).toBe(true);
  expect("samples" in after && after.samples.every(({ interfaces }) => (interfaces[0]?.receivedKib ?? 0) >= 0)).toBe(
    true,
  );
});

test("[RTR-06] connections are counted at the router when they are asked for; nothing of where they lead leaves it, and of very many only the number", async () => {
  const { hub, settled, tree, said, call } = await openCounted();
  const connect = (from: string, count: number) => {
    for (let number = 0; number < count; number++)
      tree.add("/ip/firewall/connection", { "src-address": from, "dst-address": "203.0.113.9", protocol: "tcp" });
  };
  connect("10.5.50.7", 5);
  connect("10.5.50.8", 2);
  tree.add("/ip/firewall/connection/tracking", { "max-entries": "262144" });
  expect(await settled(call())).toMatchObject({
    total: 7,
    most: 262_144,
    hosts: [
      { address: "10.5.50.7", connections: 5 },
      { address: "10.5.50.8", connections: 2 },
    ],
  });
  expect(hub.heard.join()).not.toContain("203.0.113.9");
  connect("10.5.50.9", 20_000);
  const before = said.length;
  expect(await settled(call())).toMatchObject({ total: 20_007, hosts: null });
  expect(said.slice(before).map(({ words }) => words.join(" "))).not.toContain(
    "/ip/firewall/connection/print =.proplist=src-address",
  );
});

async function openCounted() {
  const opened = await open();
  return { ...opened, call: () => opened.hub.call(readConnections, { hosts: 20 }, 60_000) };
}

test("[TEN-13] [RTR-26] whoever leaves is looked for at a hosted site's router, too: by its API, through the line", async () => {
  const { hub, settled, said } = await open({ isHosted: true });
  const told = await settled(hub.call(endRouterLogIn, { passwordId: "p1", name: "staff-bcdfghjk" }, 20_000));
  expect(said.map(({ words }) => words[0])).toContain("/user/active/print");
  // The lab's router lists nobody's own log-ins, and what it says is told.
  expect(told).toEqual({ endedSessions: 0, leftSessions: null, why: expect.stringMatching(/no such command/) });
});
