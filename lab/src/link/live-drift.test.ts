/** Desired against actual: planted differences of each kind are found, told in words, repaired and read back, under virtual time. */
import { unixMs } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { desiredState } from "@karibu/routeros-scripts/desired/desired-state";
import { testDialect } from "@karibu/routeros-scripts/test-render";
import { sampleValues } from "@karibu/routeros-scripts/values/sample-values";
import { expect, test } from "vitest";
import type { Row } from "../router/api/api-query.ts";
import { type LiveSite, openLiveSiteOfTest } from "./test-live-site.ts";

const desired = desiredState(sampleValues, testDialect("7.22"));
const version = "7.22.1 (stable)";

const open = (...[given = {}]: Parameters<typeof openLiveSiteOfTest>): Promise<LiveSite> =>
  openLiveSiteOfTest({ ...given, desired, router: { version, ...given.router } });

const drifts = async ({ settled, examine, time }: LiveSite) => {
  await time.advance(16_000); // the doctor remembers what it saw for a moment
  const { findings, isCompared } = await settled(examine());
  expect(isCompared).toBe(true);
  return findings.filter(({ check }) => check.startsWith("drift:"));
};

/** The menus that set-up writes, without the ids that RouterOS gives. */
const treeText = ({ tree }: LiveSite) =>
  [...new Set(desired.objects.map(({ menu }) => menu))].map((menu) => [
    menu,
    tree.rows(menu).map(({ ".id": _, ...row }) => Object.fromEntries(Object.entries(row).sort())),
  ]);

function row({ tree }: LiveSite, menu: string, tag: string): Row {
  const found = tree.rows(menu).find(({ comment, name }) => comment === `karibu:${tag}` || name === `karibu-${tag}`);
  if (found === undefined) throw new Error(`there is no ${tag} in ${menu}`);
  return found;
}
const change = (site: LiveSite, menu: string, tag: string, to: Row | null) => {
  const known = row(site, menu, tag);
  site.tree.put(menu, known[".id"] ?? "", to === null ? null : { ...known, ...to });
};

const filter = "/ip/firewall/filter";

test("[BEY-17] a router that was just set up differs in nothing", async () => {
  expect(await drifts(await open())).toEqual([]);
});

test.each<readonly [string, string, RegExp, (site: LiveSite) => void]>([
  [
    "a rule is switched off",
    `drift:${filter}:guest-portal:disabled`,
    /^The firewall rule that lets phones reach the portal is switched off\.$/,
    (live) => change(live, filter, "guest-portal", { disabled: "true" }),
  ],
  [
    "a rule is gone",
    `drift:${filter}:guest-private:missing`,
    /keeps guests out of the owner's network is missing/,
    (live) => change(live, filter, "guest-private", null),
  ],
  [
    "a rule does something else",
    `drift:${filter}:guest-private:changed`,
    /action is accept, and should be drop/,
    (live) => change(live, filter, "guest-private", { action: "accept" }),
  ],
  [
    "a setting was changed",
    "drift:/ip/dns:names:changed",
    /DNS for guests was changed: allow-remote-requests is false, and should be yes/,
    ({ tree }) => {
      tree.rows("/ip/dns")[0] = { ...tree.rows("/ip/dns")[0], "allow-remote-requests": "false" };
    },
  ],
  [
    "the hotspot is switched off",
    "drift:/ip/hotspot:guest:disabled",
    /^The hotspot is switched off/,
    (live) => change(live, "/ip/hotspot", "guest", { disabled: "true" }),
  ],
  [
    "the hotspot does not ask the agent",
    "drift:/ip/hotspot/profile:guest:changed",
    /hotspot's profile was changed: use-radius/,
    (live) => change(live, "/ip/hotspot/profile", "guest", { "use-radius": "false" }),
  ],
  [
    "a name of the portal leads elsewhere",
    "drift:/ip/dns/static:portal-name:changed",
    /address is 203\.0\.113\.9, and should be/,
    (live) => change(live, "/ip/dns/static", "portal-name", { address: "203.0.113.9" }),
  ],
  [
    "guests may surf by IPv6",
    "drift:/ipv6/firewall/filter:guest-ipv6-out:missing",
    /IPv6 is missing/,
    (live) => change(live, "/ipv6/firewall/filter", "guest-ipv6-out", null),
  ],
  [
    "a port left the guests' bridge",
    "drift:/interface/bridge/port:guest-port-ether3:changed",
    /bridge is bridge, and should be karibu-guest/,
    ({ tree }) => {
      const port = tree.rows("/interface/bridge/port").find((each) => each.interface === "ether3");
      tree.put("/interface/bridge/port", port?.[".id"] ?? "", { ...port, bridge: "bridge" });
    },
  ],
])("[BEY-17] %s: told in words, repaired by a tap, read back", async (_, key, words, plant) => {
  const live = await open();
  const before = treeText(live);
  plant(live);
  const [found, ...more] = await drifts(live);
  expect(more).toEqual([]);
  expect(found).toMatchObject({ check: key, repair: key, text: { en: expect.stringMatching(words) } });
  expect(found?.text.sw).not.toBe(found?.text.en);
  expect(await live.settled(live.act({ kind: "repair-drift", finding: key }))).toMatchObject({ kind: "done" });
  expect(await drifts(live)).toEqual([]);
  expect(treeText(live)).toEqual(before);
});

test("[BEY-17] a foreign drop and a fasttrack above ours are findings; the repair moves ours up and leaves theirs", async () => {
  const live = await open();
  const { tree } = live;
  const theirs = tree.add(filter, { chain: "forward", action: "drop", comment: '"; /system/reset', disabled: "false" });
  tree.move(filter, theirs, tree.rows(filter)[0]?.[".id"] ?? null);
  const [found] = await drifts(live);
  expect(found).toMatchObject({ check: `drift:${filter}:order`, level: "wrong" });
  expect(found?.text.en).toContain('forward drop ""; /system/reset"');
  const order = { kind: "repair-drift", finding: `drift:${filter}:order` } as const;
  expect(await live.settled(live.act(order))).toMatchObject({ kind: "done" });
  expect(await drifts(live)).toEqual([]);
  expect(tree.rows(filter).at(-1)).toMatchObject({ comment: '"; /system/reset' });
});

test("[BEY-17] users, scripts and the agent's own account are told, and not repaired from afar", async () => {
  const live = await open();
  change(live, "/system/scheduler", "agent-minute", { disabled: "true" });
  const [found] = await drifts(live);
  expect(found?.check).toBe("drift:/system/scheduler:agent-minute:disabled");
  expect(found?.repair).toBeUndefined();
  expect(found?.advice.en).toMatch(/repair\.rsc/);
  const order = { kind: "repair-drift", finding: found?.check ?? "" } as const;
  expect(await live.settled(live.act(order))).toMatchObject({
    kind: "refused",
    why: expect.stringMatching(/repair\.rsc/),
  });
});

test("[BEY-17] a repair that cuts the link is undone by safe mode", async () => {
  const live = await open();
  change(live, filter, "guest-private", { action: "accept" });
  await drifts(live);
  live.tree.onChange(() => {
    // What the rule drops now, this router needs for its own way out.
    const port = live.tree.rows("/interface").find(({ name }) => name === "ether1");
    if (port?.disabled === "true" || row(live, filter, "guest-private").action !== "drop") return;
    live.tree.put("/interface", port?.[".id"] ?? "", { ...port, disabled: "true" });
  });
  const key = `drift:${filter}:guest-private:changed`;
  const answer = live.act({ kind: "repair-drift", finding: key }, { deadlineMs: 115_000 });
  await live.time.advance(3000);
  expect(live.said.map(({ words }) => words[0])).toContain("/safe-mode/take");
  expect(live.agent.hub.state).toBe("away");
  expect(await live.settled(answer)).toMatchObject({ kind: "undone" });
  expect(row(live, filter, "guest-private").action).toBe("accept");
  expect(live.agent.hub.state).toBe("connected");
});

test("[BEY-17] each five minutes by itself: only a changed finding goes to the hub", async () => {
  const live = await open();
  const told = () => live.hub.records.filter(({ kind }) => kind === "router-health");
  await live.time.advance(60 * 60_000);
  const [first] = told();
  const soFar = told().length; // the clock's finding went when NTP had set it
  expect(soFar).toBeLessThanOrEqual(2);
  expect(first).toMatchObject({ isCompared: true, routerOs: version });
  change(live, filter, "guest-portal", { disabled: "true" });
  await live.time.advance(6 * 60_000);
  expect(told()).toHaveLength(soFar + 1);
  expect(JSON.stringify(told().at(-1))).toContain("guest-portal:disabled");
  await live.time.advance(60 * 60_000);
  expect(told()).toHaveLength(soFar + 1);
  expect(row(live, filter, "guest-portal").disabled).toBe("true");
});

longTest(
  "[BEY-17] by policy the agent repairs at once; against another manager it stops after three times and alarms",
  async () => {
    const live = await open({ policy: "repair" });
    let undone = 0;
    const undo = () => {
      if (row(live, filter, "guest-portal").disabled !== "false") return;
      undone++;
      change(live, filter, "guest-portal", { disabled: "true" });
    };
    await live.time.advance(3 * 60_000);
    undo();
    for (let minutes = 0; minutes < 60; minutes += 2) {
      await live.time.advance(2 * 60_000);
      undo();
    }
    expect(undone).toBe(4); // once by hand, then after each of three repairs
    const alarms = live.hub.records.filter(
      (record) => record.kind === "alarm" && record.name === "router-repair-braked",
    );
    expect(alarms).toHaveLength(1);
    // The next day it tries anew.
    await live.time.advance(25 * 3_600_000);
    undo();
    expect(undone).toBeGreaterThan(4);
  },
);

test("[BEY-17] another policy of the provider reaches its sites by the feed, and counts within a minute", async () => {
  const live = await open({ policy: "tell" });
  await live.time.advance(3 * 60_000);
  change(live, filter, "guest-portal", { disabled: "true" });
  await live.time.advance(30 * 60_000);
  expect(row(live, filter, "guest-portal").disabled).toBe("true");
  live.told.policy = "repair";
  const body = { drift: "repair" as const, changedAtMs: unixMs(live.time.trueMs()) };
  live.hub.feed("provider", [{ kind: "router-policy", key: "drift", version: 1, body }], 1);
  await live.time.advance(60_000);
  expect(row(live, filter, "guest-portal").disabled).toBe("false");
  live.told.policy = "off";
  live.hub.feed("provider", [{ kind: "router-policy", key: "drift", version: 2, body: { ...body, drift: "off" } }], 2);
  change(live, filter, "guest-portal", { disabled: "true" });
  await live.time.advance(10 * 60_000);
  expect(row(live, filter, "guest-portal").disabled).toBe("true");
});

test("[RTR-16] looking keeps within a hundred questions a minute", async () => {
  const live = await open();
  live.said.length = 0;
  await live.time.advance(30 * 60_000);
  const minutes = new Map<number, number>();
  for (const { atMs } of live.said)
    minutes.set(Math.floor(atMs / 60_000), (minutes.get(Math.floor(atMs / 60_000)) ?? 0) + 1);
  expect(Math.max(...minutes.values())).toBeLessThanOrEqual(100);
});

test("[RAD-17] [BEY-16] free-riders and what harms sales are found at the router, and told with what to do", async () => {
  const live = await open();
  const { tree, router } = live;
  tree.add("/ip/hotspot/ip-binding", { "mac-address": "AA:BB:CC:DD:EE:01", type: "bypassed", disabled: "false" });
  tree.add("/ip/hotspot/user", { name: '"; /system/reset', disabled: "false", profile: "default" });
  tree.add("/ip/hotspot/walled-garden", { action: "allow", "dst-host": "*.apple.com", disabled: "false" });
  tree.rows("/system/device-mode")[0] = { mode: "advanced", flagged: "true" };
  tree.rows("/ip/dns")[0] = { "allow-remote-requests": "true" };
  change(live, "/ipv6/firewall/filter", "guest-ipv6-out", { disabled: "true" });
  tree.add("/ipv6/neighbor", { address: "2001:db8::7", interface: "karibu-guest" });
  await router.client("10.5.50.7").request();
  await live.time.advance(31 * 60_000);
  const { findings } = await live.settled(live.examine());
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
  expect(levels).toMatchObject({
    bypassed: "notice",
    "local-users": "notice",
    "open-probes": "wrong",
    flagged: "wrong",
    "router-dns": "stops",
    "ipv6-leak": "stops",
    "drift:/ipv6/firewall/filter:guest-ipv6-out:disabled": "wrong",
  });
  expect(JSON.stringify(findings)).not.toContain("/system/reset");
  for (const { advice } of findings) expect(advice.en.length).toBeGreaterThan(10);
});

test("[RTR-30] the very version that a person approved is fetched and installed; another one, no room or no right is refused in words", async () => {
  const live = await open();
  const { router, settled, act } = live;
  const order = { kind: "upgrade-router", channel: "stable", version: "7.24.4" } as const;
  router.knobs.updates = { stable: "7.24.5" };
  expect(await settled(act(order))).toMatchObject({ kind: "refused", why: expect.stringMatching(/offers 7\.24\.5/) });
  router.knobs.updates = { stable: "7.24.4" };
  router.knobs.updateFits = false;
  expect(await settled(act(order))).toMatchObject({ kind: "refused", why: expect.stringMatching(/disk space/) });
  expect(router.options.version).toBe(version);
  router.knobs.updateFits = true;
  expect(await settled(act(order))).toEqual({ kind: "done" });
  await live.time.advance(180_000);
  expect(router.options.version).toBe("7.24.4 (stable)");
  expect(await settled(act(order))).toEqual({ kind: "done" });
  expect(live.said.filter(({ words }) => words[0] === "/system/package/update/install")).toHaveLength(1);
});
