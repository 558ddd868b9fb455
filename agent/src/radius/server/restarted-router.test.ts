/**
 * RouterOS says nothing when it comes back after a power cut: no Stop, no Accounting-On. The ids of its sessions show it, its uptime, and
 * interims that do not come. Real Accounting-Requests, under each reading of those ids.
 */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { type Numbering, numberedNas, numberings, openNumberedNas, startMany, visits } from "./test-numbered-nas.ts";
import {
  interimMs,
  liveAnyHistory,
  names,
  pass,
  rebootSilently,
  rebootWithApi,
  settle,
} from "./test-restarted-router.ts";

// All 65,536 of them, long after a count was full, twenty boots, and hundreds of histories: `restarted-router.long.test.ts`.
test.each(names)("%s: a count that grows over 65,536 in one boot closes nobody's session", (name) => {
  const site = numberedNas(name);
  site.nas.count += 65_200;
  visits(site, 200);
  startMany(site, 50);
  visits(site, 200);
  expect(site.lost()).toBe(0);
  expect(site.believed()).toEqual(site.truth());
  expect(site.nas.count).toBeGreaterThan(65_536);
});

test.each(names)("%s: a full count of 2^20, or of 2^16, closes nobody's session", (name) => {
  for (const full of [2 ** 20, 2 ** 16]) {
    const site = numberedNas(name);
    site.nas.count = full - 60;
    startMany(site, 50);
    visits(site, 100);
    expect(site.lost()).toBe(0);
    expect(site.believed()).toEqual(site.truth());
  }
});

test.each(names)(
  "%s: reboots without a word: what was lost is closed, by the first id or by the missing interims",
  (name) => rebootSilently(name, 2),
);

test("one symbol of boot: the first Start after a reboot closes what was open before", () => {
  const site = numberedNas("one symbol of boot");
  for (let boot = 0; boot < 20; boot++) {
    startMany(site, 5);
    site.reboot();
    site.start();
    expect(site.believed()).toEqual(site.truth());
  }
});

test.each(names)(
  "%s: where there is an API, the router's uptime closes what was lost within a second of the first Start",
  (name) => rebootWithApi(name, 2),
);

test("16 boots later the boot's symbol is the same again: the uptime tells, and without one the missing interims", async () => {
  for (const hasApi of [true, false]) {
    const site = numberedNas("one symbol of boot", { hasApi });
    site.sweeper.start();
    visits(site, 500);
    startMany(site, 5);
    await pass(site, interimMs);
    for (let boot = 0; boot < 16; boot++) site.reboot();
    await pass(site, 20_000);
    startMany(site, 2);
    await settle(site);
    if (hasApi) expect(site.believed()).toEqual(site.truth());
    else expect(site.lost()).toBe(0); // nothing is closed on a doubt
    await pass(site, 4 * interimMs);
    expect(site.believed()).toEqual(site.truth());
  }
});

test("an API whose router has been up all the time contradicts the ids: nothing is closed", async () => {
  const site = numberedNas("one symbol of boot", { hasApi: true });
  startMany(site, 5);
  await pass(site, interimMs);
  site.nas.boot += 2;
  site.nas.count = 0;
  startMany(site, 1);
  await settle(site);
  expect(site.lost()).toBe(0);
});

test("the API is of another router of the site, where nobody is online and which has just restarted: its uptime ends nobody's session here", async () => {
  const site = numberedNas("one symbol of boot", { hasApi: true, hasOtherRouters: true });
  startMany(site, 5);
  await pass(site, interimMs);
  site.world.advance(30_000);
  site.rebootOther();
  site.world.advance(20_000);
  site.nas.count += 5000; // so many were not heard
  startMany(site, 1);
  await settle(site);
  expect(site.lost()).toBe(0);
});

test("an API that does not answer leaves it to the ids", async () => {
  const site = numberedNas("one symbol of boot", { hasApi: "silent" });
  startMany(site, 5);
  site.reboot();
  startMany(site, 1);
  await settle(site);
  expect(site.believed()).toEqual(site.truth());
});

test("an agent that restarts with its router, or without it, knows from the uptime which sessions are gone", async () => {
  for (const reboots of [true, false]) {
    const world = createSimulatedWorld();
    const numbering = numberings["two symbols of boot"] as Numbering;
    const before = openNumberedNas(world, numbering, { hasApi: true });
    startMany(before, 5);
    await pass(before, 2 * interimMs);
    if (reboots) before.reboot();
    const after = before.restartAgent();
    await pass(after, 120_000);
    if (!reboots) after.nas.count += 5000; // so many were not heard
    startMany(after, 1);
    await settle(after);
    expect(after.believed()).toEqual(after.truth());
  }
});

test("under every reading, with any reboots, full counts and unheard sessions: an open session is never closed, a lost one within 20 minutes", () =>
  liveAnyHistory(5));
