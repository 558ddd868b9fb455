/** What the hub may change at a site's router: from the order to the router's tables, read back, under virtual time. */
import { writeJsonFile } from "@karibu/agent/ground/files/json-file";
import { unixMs } from "@karibu/protocol/quantities";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import { routerRowName } from "@karibu/protocol/router/router-row-name";
import type { RouterView } from "@karibu/protocol/router/router-views";
import { describe, expect, test } from "vitest";
import { type LiveSite, openLiveSiteOfTest } from "./test-live-site.ts";

const open = openLiveSiteOfTest;

const hostile = '=disabled=yes "; /system/reset-configuration';

/** The row of a view by its name, as a person picks it: what an action needs. */
async function pick({ read, settled }: LiveSite, view: RouterView, name: string) {
  const { rows } = await settled(read(view, { fresh: true }));
  const row = rows.find((each) => routerRowName(view, each) === name);
  if (row === undefined) throw new Error(`${view} has no ${name}`);
  return { id: row[".id"] ?? "", was: routerRowName(view, row), row };
}

/** Sentences that change something, without the note that the agent keeps of itself at its router. */
const changes = ({ said }: LiveSite): string[] =>
  said
    .map(({ words }) => words[0] ?? "")
    .filter((command) => /\/(add|set|remove|reboot|make-static|reset-counters)$/.test(command))
    .filter((command) => !command.startsWith("/ip/firewall/address-list/"));

test("[RTR-20] [RTR-27] hotspot users are made, changed, counted anew and removed, and each is read back", async () => {
  const live = await open();
  const { act, settled, tree } = live;
  const add = {
    kind: "add-hotspot-user",
    name: hostile,
    password: "p",
    limitUptimeSeconds: 5400,
    comment: hostile,
  } as const;
  expect(await settled(act(add))).toMatchObject({
    kind: "done",
    row: { name: hostile, comment: hostile, "limit-uptime": "1h30m" },
  });
  const { id, was } = await pick(live, "hotspot-users", hostile);
  tree.put("/ip/hotspot/user", id, {
    ...tree.rows("/ip/hotspot/user").find((row) => row[".id"] === id),
    "bytes-in": "7",
  });
  const change = { kind: "set-hotspot-user", id, was, limitUptimeSeconds: 0, disabled: true, comment: "" } as const;
  expect(await settled(act(change))).toMatchObject({ kind: "done", row: { disabled: "true", "limit-uptime": "0s" } });
  expect(await settled(act({ kind: "reset-hotspot-user-counters", id, was }))).toMatchObject({
    kind: "done",
    row: { "bytes-in": "0" },
  });
  expect(await settled(act({ kind: "remove-hotspot-user", id, was }))).toEqual({ kind: "done" });
  expect(await settled(act({ kind: "remove-hotspot-user", id, was }))).toMatchObject({ kind: "refused" });
  expect(tree.rows("/ip/hotspot/user")).toHaveLength(1);
});

test("[RTR-27] profiles, bindings, walled garden, hosts, leases and Wi-Fi clients are changed by their names", async () => {
  const live = await open();
  const { act, settled, tree, router } = live;
  const done = async (action: RouterAction) => {
    const result = await settled(act(action));
    expect(result, `${action.kind}: ${result.why}`).toMatchObject({ kind: "done" });
    return result;
  };
  await done({ kind: "add-user-profile", name: "family", rateLimit: "1M/2M", idleTimeoutSeconds: 0, sharedUsers: 3 });
  const family = await pick(live, "hotspot-user-profiles", "family");
  await done({ kind: "set-user-profile", ...family, sessionTimeoutSeconds: 7200, keepaliveTimeoutSeconds: 90 });
  await done({ kind: "remove-user-profile", ...family });
  await done({ kind: "add-ip-binding", macAddress: "AA:BB:CC:DD:EE:01", type: "bypassed", comment: hostile });
  await done({ kind: "remove-ip-binding", ...(await pick(live, "ip-bindings", "AA:BB:CC:DD:EE:01")) });
  await done({ kind: "add-walled-garden-host", host: "*.example.org", action: "allow" });
  await done({ kind: "remove-walled-garden-host", ...(await pick(live, "walled-garden", "*.example.org")) });
  await done({ kind: "add-walled-garden-address", address: "192.0.2.9" });
  await done({ kind: "remove-walled-garden-address", ...(await pick(live, "walled-garden-ip", "192.0.2.9")) });
  const phone = router.client("10.5.50.7");
  await phone.request();
  await done({ kind: "make-lease-static", ...(await pick(live, "dhcp-leases", phone.mac)) });
  const lease = await pick(live, "dhcp-leases", phone.mac);
  await done({ kind: "set-lease", ...lease, comment: "till", blocked: true });
  await done({ kind: "remove-lease", ...lease });
  await done({ kind: "remove-host", ...(await pick(live, "hotspot-hosts", phone.mac)) });
  tree.add("/interface/wifi/registration-table", { "mac-address": "AA:BB:CC:DD:EE:02" });
  const client = await pick(live, "wifi-clients", "AA:BB:CC:DD:EE:02");
  await done({ kind: "remove-wifi-client", ...client, driver: "wifi" });
  await done({ kind: "set-identity", identity: hostile });
  expect((await settled(live.read("system", { fresh: true }))).rows[0]).toMatchObject({ identity: hostile });
});

describe("the agent refuses", () => {
  test("names that a voucher, an account or a phone could log in with", async () => {
    const live = await open();
    for (const name of ["tim", "MANGO42", "mango-42", "aa:bb:cc:dd:ee:01"]) {
      const result = await live.settled(live.act({ kind: "add-hotspot-user", name, password: "p" }));
      expect(result, name).toMatchObject({ kind: "refused", why: expect.stringMatching(/outrank/) });
    }
    expect(changes(live)).toEqual([]);
  });

  test("a row that is another by now, what Karibu's own script made, its tag on others, and what is there already", async () => {
    const live = await open();
    const { settled, act, tree } = live;
    const ether3 = await pick(live, "interfaces", "ether3");
    tree.put("/interface", ether3.id, { ...ether3.row, name: "uplink" });
    const refusedBy = async (action: RouterAction) => (await settled(act(action))).why;
    expect(await refusedBy({ kind: "set-interface", ...ether3, disabled: true })).toMatch(/another by now: uplink/);
    const ours = await pick(live, "interfaces", "bridge-guest");
    expect(await refusedBy({ kind: "set-interface", ...ours, disabled: true })).toMatch(/Karibu's own script/);
    const hub = await pick(live, "walled-garden", "hub.karibu.example");
    expect(await refusedBy({ kind: "remove-walled-garden-host", ...hub })).toMatch(/Karibu's own script/);
    const tagged = { kind: "add-walled-garden-host", host: "x.example", action: "allow", comment: "karibu:x" } as const;
    expect(await refusedBy(tagged)).toMatch(/begins so/);
    const known = { kind: "add-walled-garden-host", host: "hub.karibu.example", action: "allow" } as const;
    expect(await refusedBy(known)).toMatch(/already/);
    expect(changes(live)).toEqual([]);
  });

  test("an order that came too late by the hub's clock", async () => {
    const live = await open();
    const { settled, act, time } = live;
    const order = { expiresAtMs: unixMs(time.trueMs() - 1) };
    expect(await settled(act({ kind: "reboot" }, order))).toEqual({ kind: "expired" });
    expect(live.said.filter(({ words }) => words[0] !== "/radius/print")).not.toContainEqual(
      expect.objectContaining({ words: ["/system/reboot"] }),
    );
  });
});

test("[RTR-24] what the agent's user has no right to comes back with the router's words", async () => {
  const { act, settled } = await open({ router: { apiPolicies: ["api", "read", "test"] } });
  const refused = { kind: "refused", why: "not enough permissions (9)" };
  expect(await settled(act({ kind: "set-identity", identity: "shop" }))).toEqual(refused);
  expect(await settled(act({ kind: "reboot" }))).toEqual(refused);
});

test("[RTR-09] a reboot is answered first, and happens", async () => {
  const { act, settled, router, time, agent } = await open();
  const bootedAtMs = router.running?.bootedAtMs;
  const answered = await settled(act({ kind: "reboot" }));
  expect(answered).toEqual({ kind: "done" });
  expect(router.running?.bootedAtMs).toBe(bootedAtMs);
  await time.advance(10_000);
  expect(router.running?.bootedAtMs).not.toBe(bootedAtMs);
  await time.advance(30_000);
  expect(agent.hub.state).toBe("connected");
});

test("a change that the router took otherwise `differs`, with the row as it is", async () => {
  const live = await open();
  live.tree.onChange(() => {
    const row = live.tree.rows("/ip/hotspot/user").find(({ name, profile }) => name === "juma" && profile !== "slow");
    if (row?.[".id"] !== undefined) live.tree.put("/ip/hotspot/user", row[".id"], { ...row, profile: "slow" });
  });
  const result = await live.settled(
    live.act({ kind: "add-hotspot-user", name: "juma", password: "p", profile: "fast" }),
  );
  expect(result).toMatchObject({ kind: "differs", why: "profile is slow, and not fast", row: { profile: "slow" } });
});

test("[RTR-16] of 1,000 orders wanted in a minute at most 100 sentences leave in any minute, each order is done, refused as busy, or expired, and enforcement waits for none", async () => {
  const live = await open({ knobs: { apiSentenceMs: 200 } });
  const { act, time, said, tree, control } = live;
  await time.advance(60_000);
  said.length = 0;
  const outcomes: string[] = [];
  const enforcedMs: number[] = [];
  let wanted = 0;
  function want(number: number): void {
    const address = `192.0.${2 + (number >> 8)}.${number & 255}` as const;
    const action = { kind: "add-walled-garden-address", address, comment: String(number) } as const;
    const order = { nonce: `order-${number}`, expiresAtMs: unixMs(time.trueMs() + 100_000) };
    // A hub that waits in vain asks again under the same nonce.
    const again = (error: { code: string }) =>
      error.code === "site/deadline" ? act(action, order) : Promise.reject(error);
    void act(action, order)
      .catch(again)
      .then(
        ({ kind }) => outcomes.push(kind),
        (error) => outcomes.push(error.advice.hint),
      );
  }
  for (let second = 0; second < 60; second++) {
    for (; wanted < ((second + 1) * 1000) / 60; wanted++) want(wanted);
    const askedMs = time.nowMs();
    void control.activeSessions().then(() => enforcedMs.push(time.nowMs() - askedMs));
    await time.advance(1000);
  }
  await time.advance(180_000);
  expect(wanted).toBe(1000);
  expect(outcomes).toHaveLength(1000);
  expect([...new Set(outcomes)].sort()).toEqual(["done", "expired", "router-api/busy"]);
  const made = tree.rows("/ip/hotspot/walled-garden/ip").length - 1;
  expect(outcomes.filter((kind) => kind === "done")).toHaveLength(made);
  expect(made).toBeGreaterThan(50);
  const ofEnforcement = /^\/(ip\/hotspot|ppp)\/active\/print$/;
  const times = said.filter(({ words }) => !ofEnforcement.test(words[0] ?? "")).map(({ atMs }) => atMs);
  for (const [index, atMs] of times.entries())
    if (index >= 100) expect(atMs - (times[index - 100] ?? 0)).toBeGreaterThanOrEqual(60_000);
  expect(enforcedMs).toHaveLength(60);
  expect(Math.max(...enforcedMs)).toBeLessThanOrEqual(600); // its two lists, and a log-in
});

describe("an answer that is lost", () => {
  const add = { kind: "add-hotspot-user", name: "juma", password: "p" } as const;

  test("is proved by reading back, and the same order again gets the same answer and changes nothing", async () => {
    const live = await open();
    const { act, settled, router, tree } = live;
    router.knobs.apiCuts.push({ command: "/ip/hotspot/user/add", isDone: true });
    const order = { nonce: "order-1" };
    const [first, again] = await Promise.all([settled(act(add, order)), settled(act(add, order))]);
    expect(first).toMatchObject({ kind: "done", row: { name: "juma" } });
    expect(again).toEqual(first);
    expect(await settled(act(add, order))).toEqual(first);
    expect(changes(live)).toEqual(["/ip/hotspot/user/add"]);
    expect(tree.rows("/ip/hotspot/user")).toHaveLength(2);
  });

  test("of a command that got lost on its way is `unknown`: nothing is sent twice", async () => {
    const live = await open();
    live.router.knobs.apiCuts.push({ command: "/ip/hotspot/user/add", isDone: false });
    expect(await live.settled(live.act(add))).toMatchObject({ kind: "unknown", why: expect.stringMatching(/ended/) });
    expect(changes(live)).toEqual(["/ip/hotspot/user/add"]);
  });

  test("by a restart of the agent is given again from its folder, and what was under way is read back", async () => {
    const live = await open();
    const { act, settled, folder } = live;
    expect(await settled(act(add, { nonce: "order-1" }))).toMatchObject({ kind: "done" });
    await live.restart();
    expect(await settled(act(add, { nonce: "order-1" }))).toEqual({ kind: "done" });
    const begun = { orders: { "order-2": "begun", "order-3": "begun" } };
    await settled(live.agent.stop());
    await writeJsonFile(folder, "router-orders.json", begun);
    await live.restart();
    expect(await settled(act(add, { nonce: "order-2" }))).toMatchObject({ kind: "done", row: { name: "juma" } });
    const other = { ...add, name: "mary" };
    expect(await settled(act(other, { nonce: "order-3" }))).toMatchObject({ kind: "unknown" });
    expect(changes(live)).toEqual(["/ip/hotspot/user/add"]);
  });

  test("a router that can't be reached was told nothing, so the order may come again", async () => {
    const live = await open();
    const { act, settled, router, time } = live;
    router.knobs.apiSilent = true;
    const failed = settled(act(add, { nonce: "order-1" })).catch((error) => error.advice.hint);
    expect(await failed).toBe("router-api/time-out");
    router.knobs.apiSilent = false;
    await time.advance(60_000);
    expect(await settled(act(add, { nonce: "order-1" }))).toMatchObject({ kind: "done" });
  });
});
