/** Devices without a browser, put online from a phone: at a whole site, with its router in memory. */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { deviceOfToken } from "@karibu/protocol/device-key";
import { sleep } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { aboutGrant } from "../../grants/site.ts";
import type { RouterHost } from "../../ground/router-control.ts";
import { createTestSite, foldOf, logInRequest, reportOf } from "../test-site.ts";
import { refusesToAdd } from "./other-devices-policy.ts";
import { createTestRouter } from "./test-router.ts";

const phoneMac = "AA:BB:CC:DD:EE:01";
const tvMac = "AC:BB:CC:DD:EE:02";
const phone = { token: "phone-token", mac: phoneMac, address: "10.5.50.1" };
const neighbour = { token: "neighbour-token", mac: "AE:BB:CC:DD:EE:09", address: "10.5.50.9" };

async function town(options: { hasApi?: boolean; devices?: number } = {}) {
  const world = createSimulatedWorld();
  let hosts: RouterHost[] = [
    { mac: phoneMac, addresses: ["10.5.50.1"] },
    { mac: tvMac, addresses: ["10.5.50.2"] },
    { mac: neighbour.mac, addresses: ["10.5.50.9"] },
  ];
  let reads = 0;
  const { router, coa, loggedIn, disconnected } = createTestRouter(
    () => site,
    async () => {
      reads++;
      return hosts;
    },
  );
  const site = createTestSite(world, {
    ...(options.hasApi === false ? {} : { router }),
    coa,
    file: {
      plans: [{ name: "home", validitySeconds: 86_400, devices: options.devices ?? 2 }],
      vouchers: [
        { code: "HOME1", plan: "home" },
        { code: "HOME2", plan: "home" },
      ],
    },
  });
  async function goOnline(device: typeof phone, code: string) {
    await site.portalAccess.redeem(code, device);
    const { available } = site.portalAccess.view(device);
    const secret = site.portalAccess.issueLogIn(available[0]?.grantId ?? "", device);
    const request = logInRequest(secret.username, secret.password, device);
    const decision = site.access.logIn(request);
    if (decision.kind === "reject") throw new Error(decision.reason);
    const facts = { sessionId: device.token, user: secret.username, grantId: decision.grantId };
    await site.access.account(reportOf("start", { ...facts, address: device.address, mac: device.mac }));
    return decision.grantId;
  }
  const pass = (ms: number) => passTimeUntil(world, sleep(world.clock, ms), 1000);
  site.sweeper.start();
  return {
    ...site,
    reads: () => reads,
    world,
    loggedIn,
    disconnected,
    goOnline,
    pass,
    setHosts: (next: RouterHost[]) => {
      hosts = next;
    },
  };
}

test("[CUS-16] a television that waits is listed by its end, chosen, and online at once; it holds a place after a restart", async () => {
  const site = await town();
  const grantId = await site.goOnline(phone, "HOME1");
  const view = await site.otherDevices.list(phone);
  expect(view).toMatchObject({ planName: "home", places: 2, taken: 1, added: [] });
  expect(view?.around?.map(({ lastOctets }) => lastOctets).sort()).toEqual(["DD:EE:02", "DD:EE:09"]);
  expect(JSON.stringify(view)).not.toContain(tvMac);
  const chosen = view?.around?.find(({ lastOctets }) => lastOctets === "DD:EE:02");
  expect(await site.otherDevices.add(phone, chosen?.name ?? "")).toEqual({ kind: "online" });
  expect(site.loggedIn).toEqual([tvMac]);
  expect((await site.otherDevices.list(phone))?.added).toEqual([{ mac: tvMac, isOnline: true }]);
  expect(foldOf(site.log.records).slots.get(grantId)).toHaveLength(2);
});

test("[CUS-16] who is not online asks the router nothing, however often it tries with another cookie", async () => {
  const site = await town();
  for (let at = 0; at < 30; at++)
    expect(await site.otherDevices.add({ ...phone, token: `stranger-${at}` }, tvMac)).toMatchObject({
      reason: "not-online",
    });
  expect(site.reads()).toBe(0);
});

test("[CUS-16] only a phone that is online may, and a name that it was shown is worth nothing to another", async () => {
  const site = await town();
  expect(await site.otherDevices.list(phone)).toBeNull();
  expect(await site.otherDevices.add(phone, tvMac)).toEqual({ kind: "refused", reason: "not-online" });
  await site.goOnline(phone, "HOME1");
  const name = (await site.otherDevices.list(phone))?.around?.[0]?.name ?? "";
  await site.goOnline(neighbour, "HOME2");
  expect(await site.otherDevices.add(neighbour, name)).toMatchObject({ reason: "bad-mac" });
});

test("[CUS-16] the neighbour's devices are nobody else's: not with a grant of their own, not online, not moving about", async () => {
  const site = await town();
  await site.goOnline(phone, "HOME1");
  await site.goOnline(neighbour, "HOME2");
  expect(await site.otherDevices.add(phone, neighbour.mac)).toMatchObject({ reason: "belongs-to-another" });
  expect((await site.otherDevices.list(phone))?.around?.map(({ lastOctets }) => lastOctets)).toEqual(["DD:EE:02"]);
  site.setHosts([{ mac: tvMac, addresses: ["10.5.50.77"] }]);
  expect(await site.otherDevices.add(phone, tvMac)).toMatchObject({ reason: "is-moving" });
  const twice = await town();
  await twice.goOnline(phone, "HOME1");
  twice.setHosts([
    { mac: tvMac, addresses: ["10.5.50.77"] },
    { mac: tvMac, addresses: ["10.5.50.78"] },
  ]);
  expect(await twice.otherDevices.add(phone, tvMac)).toMatchObject({ reason: "is-moving" });
  site.setHosts([]);
  expect(await site.otherDevices.add(phone, tvMac)).toMatchObject({ reason: "not-seen" });
});

test("[CUS-16] it takes a place of the grant and nobody's: a full grant takes none, also where a device is off", async () => {
  const site = await town({ devices: 1 });
  await site.goOnline(phone, "HOME1");
  expect(await site.otherDevices.add(phone, tvMac)).toMatchObject({ reason: "too-many-devices" });
});

test("[CUS-16] taken off again: its session ends, its place is free, and the phone itself can't be taken off", async () => {
  const site = await town();
  const grantId = await site.goOnline(phone, "HOME1");
  await site.otherDevices.add(phone, tvMac);
  expect(await site.otherDevices.remove(phone, phoneMac)).toBe(false);
  expect(await site.otherDevices.remove(neighbour, tvMac)).toBe(false);
  expect(await site.otherDevices.remove(phone, tvMac)).toBe(true);
  await site.pass(6000);
  expect(site.disconnected).toContain(tvMac);
  for (const state of [site.state, foldOf(site.log.records)])
    expect(state.slots.get(grantId)?.map(({ device }) => device)).toEqual([deviceOfToken(phone.token)]);
});

test("[CUS-16] after a pause the site logs it in again by itself", async () => {
  const site = await town();
  await site.goOnline(phone, "HOME1");
  await site.otherDevices.add(phone, tvMac);
  await site.access.account(reportOf("stop", { sessionId: "90000001", mac: tvMac, address: "10.5.50.2", user: "t" }));
  await site.pass(400_000);
  expect(site.loggedIn).toEqual([tvMac, tvMac]);
});

test("[CUS-16] a television with a place in the next package too waits for the present one: a pause, or being online, begins nothing", async () => {
  const site = await town();
  const grantId = await site.goOnline(phone, "HOME1");
  const next = await site.portalAccess.redeem("HOME2", phone);
  const nextId = next.kind === "redeemed" ? next.grantId : "";
  await site.otherDevices.add(phone, tvMac);
  const [tv] = (site.state.slots.get(grantId) ?? []).filter(({ mac }) => mac === tvMac);
  const bound = {
    kind: "device-bound",
    grantId: nextId,
    device: tv?.device ?? "",
    mac: tvMac,
    replaces: null,
  } as const;
  await site.site.recorder.record([bound], { about: aboutGrant(nextId) });
  await site.pass(100_000);
  expect(site.loggedIn).toEqual([tvMac]);
  await site.site.recorder.record([{ kind: "grant-guarded", grantId, guardId: "g1", paused: true, pin: null }], {
    about: aboutGrant(grantId),
  });
  await site.access.account(reportOf("stop", { sessionId: "90000001", mac: tvMac, address: "10.5.50.2", user: "t" }));
  await site.pass(400_000);
  expect(site.loggedIn).toEqual([tvMac]);
  expect(site.state.grants.has(nextId)).toBe(false);
});

test("[CUS-16] taken off while the disk fails: it is off, though who asked hears of the disk", async () => {
  const site = await town();
  await site.goOnline(phone, "HOME1");
  await site.otherDevices.add(phone, tvMac);
  site.log.setMode("refuse");
  await expect(site.otherDevices.remove(phone, tvMac)).rejects.toThrow();
  await site.pass(6000);
  expect(site.disconnected).toContain(tvMac);
});

test("[CUS-16] without a router's API a MAC is typed, and RADIUS lets the device in by its MAC", async () => {
  const site = await town({ hasApi: false });
  const grantId = await site.goOnline(phone, "HOME1");
  const byMac = () =>
    site.access.logIn(logInRequest(tvMac, "", { mac: tvMac, address: "10.5.50.2", passwordIsEmpty: true }));
  expect(byMac()).toMatchObject({ kind: "reject" });
  expect((await site.otherDevices.list(phone))?.around).toBeNull();
  expect(await site.otherDevices.add(phone, tvMac.toLowerCase().replaceAll(":", "-"))).toEqual({ kind: "bound" });
  expect(byMac()).toMatchObject({ kind: "accept", grantId });
});

test("[CUS-16] few are added in a day, and few MACs are tried in a minute", async () => {
  const site = await town({ hasApi: false, devices: 50 });
  await site.goOnline(phone, "HOME1");
  const outcomes: unknown[] = [];
  for (let at = 10; at < 30; at++) {
    outcomes.push(await site.otherDevices.add(phone, `AC:BB:CC:DD:EE:${at}`));
    await site.pass(61_000);
  }
  expect(outcomes.filter((one) => (one as { kind: string }).kind === "bound")).toHaveLength(6);
  expect(outcomes.at(-1)).toMatchObject({ reason: "too-often" });
});

const fine = { mac: tvMac, isHere: false, isTaken: false, seen: "here" as const };
test.each([
  ["nothing of it", {}, { isOnline: false, mac: phoneMac }, "not-online"],
  ["a group's MAC", { mac: "01:00:5E:00:00:01" }, {}, "bad-mac"],
  ["nobody's MAC", { mac: "00:00:00:00:00:00" }, {}, "bad-mac"],
  ["the phone itself", { mac: phoneMac }, {}, "bad-mac"],
  ["its own device", { isHere: true, isTaken: true }, {}, "already-here"],
  ["somebody's", { isTaken: true, seen: "moving" as const }, {}, "belongs-to-another"],
  ["one that moves", { seen: "moving" as const }, {}, "is-moving"],
  ["one that nobody sees", { seen: "absent" as const }, {}, "not-seen"],
  ["one at a router without an API", { seen: null }, {}, null],
  ["one that waits", {}, {}, null],
])("[CUS-16] refusals in order: %s", (_name, candidate, asker, expected) => {
  expect(refusesToAdd({ ...fine, ...candidate }, { isOnline: true, mac: phoneMac, ...asker })).toBe(expected);
});
