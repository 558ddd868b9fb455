/** A router that Mikhmon rules is taken over while people are online, by the real agent, and given back. */
import { unixMs } from "@karibu/protocol/quantities";
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { switchTakeover } from "@karibu/protocol/rpc/switch-takeover";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { openLiveSiteOfTest } from "../../link/test-live-site.ts";
import { hostileNames, listedFeed, ruleByMikhmon, runningSince, validityMs } from "./test-mikhmon.ts";

const siteId = "01a1f843-2d17-7c8b-b4f3-7ba483bb2b04";
const users = "/ip/hotspot/user";

/** 500 codes; the first `online` of them log in before anything of Karibu's is done, half of them before the listing. */
async function open(online: number, all = 500) {
  const codes = [...Array.from({ length: all - hostileNames.length }, (_, at) => `vc${1000 + at}`), ...hostileNames];
  // The hub listed them when the first half had begun, an hour from the lab's start.
  const listed = codes.map((code, at) =>
    at < online / 2 ? { code, ownPassword: null, more: runningSince(Date.UTC(2027, 0, 15, 9)) } : code,
  );
  const live = await openLiveSiteOfTest({ feed: listedFeed(siteId, listed) });
  const { monitor } = ruleByMikhmon({ ...live, wallMs: live.time.trueMs }, codes);
  const phones = codes.slice(0, online).map((code, at) => ({ code, phone: live.router.client(`10.5.50.${at + 10}`) }));
  for (const { code, phone } of phones)
    expect((await phone.logIn({ user: code, password: code })).kind).toBe("logged-in");
  const askSwitch = (to: "karibu" | "before" | "read") =>
    live.settled(
      live.hub.call(switchTakeover, { to, actor: "Anna", expiresAtMs: unixMs(live.time.trueMs() + 60_000) }, 60_000),
    );
  const switchTo = async (to: "karibu" | "before") => {
    let state = await askSwitch(to);
    for (let minute = 0; state.kind === "working" && minute < 60; minute++) {
      await live.time.advance(60_000);
      monitor();
      state = await askSwitch("read");
    }
    return state;
  };
  const shadow = (what: "start" | "read" | "stop") => live.settled(live.hub.call(shadowRun, { do: what }, 60_000));
  const onlineNow = () => phones.filter(({ phone }) => phone.online()).length;
  const local = (name: string) => live.tree.rows(users).find((row) => row.name === name);
  return { ...live, codes, phones, monitor, askSwitch, switchTo, shadow, onlineNow, local };
}

longTest(
  "[RTR-31] 500 users, 40 of them online: nobody is logged out, each ends when he would have, new codes work and used ones do not",
  async () => {
    const live = await open(40);
    const { time, router, phones, codes } = live;
    const sessions = () => (router.running?.hotspot.sessions() ?? []).map(({ id }) => id).sort();
    const before = sessions();
    await live.shadow("start");
    for (let minute = 0; minute < 3; minute++) await time.advance(60_000);
    expect(await live.shadow("read")).toMatchObject({ seen: 40, same: 40, differences: [], problem: null });

    const state = await live.switchTo("karibu");
    expect(state).toMatchObject({ kind: "karibu", users: 500, kept: 500, adopted: 40, strangers: 0 });
    expect(sessions()).toEqual(before);
    expect(live.onlineNow()).toBe(40);
    expect(live.tree.rows(users).filter(({ disabled }) => disabled !== "true")).toHaveLength(1); // RouterOS' own trial user
    // Mikhmon's scheduler finds neither a date nor a name.
    expect(live.monitor()).toBe(0);
    const known = [...live.agent.state.sessions.values()].filter(({ stoppedAtMs }) => stoppedAtMs === null);
    expect(known).toHaveLength(40);

    const stranger = router.client("10.5.50.200");
    const newcomer = live.settled(stranger.logIn({ user: codes[300] ?? "", password: codes[300] ?? "" }));
    expect((await newcomer).kind).toBe("logged-in");
    const hostile = router.client("10.5.50.201");
    expect((await live.settled(hostile.logIn({ user: hostileNames[3] ?? "", password: "" }))).kind).toBe("logged-in");
    const thief = router.client("10.5.50.202");
    expect(
      (await live.settled(thief.logIn({ user: `karibu-kept:${codes[301]}`, password: codes[301] ?? "" }))).kind,
    ).toBe("refused");

    // Bytes of the old session count.
    phones[0]?.phone.use({ up: 1000, down: 9000 });
    await time.advance(60_000);
    const first = [...live.agent.state.sessions.values()].find(({ user }) => user === codes[0]);
    expect(live.agent.state.open.keys.has(first?.sessionKey ?? "")).toBe(true);

    // All 40 began at nine: an hour later they are off within a minute, and their codes are over.
    const leftMs = Date.UTC(2027, 0, 15, 9) + validityMs - time.trueMs();
    await time.advance(leftMs - 60_000);
    expect(live.onlineNow()).toBe(40);
    for (let step = 0; step < 12; step++) await time.advance(15_000);
    expect(live.onlineNow()).toBe(0);
    // Their dates are over by now, and still the old scheduler deletes nobody.
    expect(live.monitor()).toBe(0);
    const again = router.client("10.5.50.203");
    for (const code of [codes[0], codes[39]])
      expect((await live.settled(again.logIn({ user: code ?? "", password: code ?? "" }))).kind).toBe("refused");
    expect(stranger.online()).toBe(true);

    // Back: unused codes are the old system's again, what was used up here is not.
    expect(await live.switchTo("before")).toMatchObject({ kind: "before" });
    expect(live.local(codes[310] ?? "")).toMatchObject({ disabled: "false", comment: "vc-512-01.15.27-" });
    expect(live.local(codes[0] ?? "")).toBeUndefined();
    expect(stranger.online()).toBe(true);
  },
  120_000,
);

test("[RTR-31] switched and switched back at once, the router's tree is as it was, also after a power cut of the agent in the middle", async () => {
  const live = await open(6, 150);
  const { tree } = live;
  const pictured = () =>
    JSON.stringify(
      [users, "/ip/hotspot/profile", "/ip/hotspot/user/profile", "/ip/hotspot"].map((menu) => tree.rows(menu)),
    );
  const before = pictured();
  await live.askSwitch("karibu");
  await live.time.advance(30_000);
  const half = tree.rows(users).filter(({ name }) => name?.startsWith("karibu-kept:")).length;
  expect(half).toBeGreaterThan(10);
  expect(half).toBeLessThan(150);
  await live.restart();
  expect(await live.switchTo("karibu")).toMatchObject({ kind: "karibu", kept: 150, adopted: 6 });
  expect(pictured()).not.toBe(before);
  expect(await live.switchTo("before")).toMatchObject({ kind: "before", kept: 0, adopted: 0 });
  expect(pictured()).toBe(before);
  expect(live.onlineNow()).toBe(6);
}, 60_000);

test("[RTR-31] switched back, each hotspot is as it was: also the first where a second one came in the middle, and the second where the first was deleted", async () => {
  const live = await open(2, 150);
  const { tree } = live;
  const profiles = "/ip/hotspot/profile";
  const profile = (name: string) => tree.rows(profiles).find((row) => row.name === name);
  const first = { ...profile("karibu-guest") };
  expect(first["use-radius"]).toBe("false");
  await live.askSwitch("karibu");
  await live.time.advance(30_000);
  expect(profile("karibu-guest")?.["use-radius"]).toBe("true");
  expect(await live.askSwitch("read")).toMatchObject({ kind: "working" });
  const { ".id": _, name: __, ...settings } = first;
  tree.add(profiles, { ...settings, name: "lounge" });
  const server = tree.rows("/ip/hotspot")[0];
  const { ".id": ___, ...of } = server ?? {};
  tree.add("/ip/hotspot", { ...of, name: "lounge", profile: "lounge", interface: "ether4" });
  await live.restart();
  expect(await live.switchTo("karibu")).toMatchObject({ kind: "karibu", kept: 150 });
  expect(profile("lounge")?.["use-radius"]).toBe("true");
  expect(await live.switchTo("before")).toMatchObject({ kind: "before", kept: 0 });
  expect(profile("karibu-guest")).toEqual(first);
  expect(profile("lounge")).toMatchObject(settings);

  expect(await live.switchTo("karibu")).toMatchObject({ kind: "karibu", kept: 150 });
  const lounge = tree.rows("/ip/hotspot").find((row) => row.name === "lounge");
  tree.put("/ip/hotspot", lounge?.[".id"] ?? "", null);
  tree.put(profiles, profile("lounge")?.[".id"] ?? "", null);
  expect(await live.switchTo("before")).toMatchObject({ kind: "before", kept: 0 });
  expect(profile("karibu-guest")).toEqual(first);
  expect(live.onlineNow()).toBe(2);
}, 60_000);

test("[RTR-31] asked before the order, the site says what would refuse the switch, and nothing is changed by that", async () => {
  const live = await open(2, 20);
  const { tree } = live;
  const check = () =>
    live.settled(
      live.hub.call(
        switchTakeover,
        { to: "read", check: true, actor: "Anna", expiresAtMs: unixMs(live.time.trueMs() + 60_000) },
        60_000,
      ),
    );
  const pictured = () => JSON.stringify([tree.rows(users), tree.rows("/ip/hotspot/profile")]);
  const before = pictured();
  expect((await check()).hindrance).toBeUndefined();
  expect(pictured()).toBe(before);
  // Another site's router: nobody there has one of the codes.
  for (const row of tree.rows(users).slice())
    tree.put(users, row[".id"] ?? "", { ...row, name: `other-${row.name ?? ""}` });
  expect((await check()).hindrance).toContain("None of the router's users");
  expect(await live.askSwitch("read")).toMatchObject({ kind: "before", kept: 0 });
  expect(live.onlineNow()).toBe(2);
}, 60_000);

test("[RTR-31] the hub is not heard after the hotspot was turned to RADIUS: the router takes it back and no user was touched", async () => {
  const live = await open(2, 60);
  const before = JSON.stringify([live.tree.rows(users), live.tree.rows("/ip/hotspot/profile")]);
  let isCut = false;
  live.tree.onChange(() => {
    const asksRadius = live.tree
      .rows("/ip/hotspot/profile")
      .some((row) => row.name === "karibu-guest" && row["use-radius"] === "true");
    if (isCut || !asksRadius) return;
    isCut = true;
    live.router.knobs.wan = "down";
    live.tree.add("/log", { message: "link down" }); // what is listening sees it
  });
  void live.askSwitch("karibu").catch(() => {});
  for (let step = 0; step < 12; step++) await live.time.advance(10_000);
  expect(JSON.stringify([live.tree.rows(users), live.tree.rows("/ip/hotspot/profile")])).toBe(before);
  expect(live.onlineNow()).toBe(2);
  live.router.knobs.wan = "up";
}, 60_000);

test("[RTR-31] the shadow run names each difference: a code that no list has, another speed, and what Karibu would refuse", async () => {
  const live = await open(3, 60);
  const { tree, router } = live;
  tree.add(users, { name: "guest-1", password: "g", profile: "hour", disabled: "false" });
  tree.add("/ip/hotspot/user/profile", { name: "fast", "rate-limit": "10M/10M", "shared-users": "1" });
  const row = tree.rows(users).find(({ name }) => name === live.codes[20]);
  tree.put(users, row?.[".id"] ?? "", { ...row, profile: "fast" });
  await live.shadow("start");
  await live.time.advance(5000);
  for (const [user, password, address] of [
    ["guest-1", "g", "10.5.50.90"],
    [live.codes[20] ?? "", live.codes[20] ?? "", "10.5.50.91"],
  ] as const)
    expect((await router.client(address).logIn({ user, password })).kind).toBe("logged-in");
  tree.add("/log", {
    time: "2027-01-15 09:01:00",
    topics: "hotspot,info",
    message: `${live.codes[30]} (10.5.50.95): login failed: invalid username or password`,
  });
  for (let minute = 0; minute < 6; minute++) await live.time.advance(60_000);
  const report = await live.shadow("read");
  expect(report).toMatchObject({ seen: 5, same: 3 });
  expect(report.differences.map(({ kind, user, theirs, ours }) => [kind, user, theirs, ours]).sort()).toEqual([
    ["admitted", live.codes[30], undefined, undefined],
    ["rate", live.codes[20], 10_000, 5000],
    ["unknown", "guest-1", undefined, undefined],
  ]);
  // Nothing of it was started: the codes are as unused as before.
  expect(live.agent.state.grants.size).toBe(0);
  expect(await live.shadow("stop")).toMatchObject({ sinceMs: null });
}, 60_000);
