/**
 * RouterOS says nothing when it comes back after a power cut: no Stop, no Accounting-On. The ids of its sessions show it, its uptime, and
 * interims that do not come. Real Accounting-Requests, under each reading of those ids.
 */
import { createSimulatedWorld, passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type NumberedNasOptions, type Numbering, numberings, openNumberedNas } from "./test-numbered-nas.ts";

const interimMs = 300_000;
const names = Object.keys(numberings);

function numberedNas(name: string, options: NumberedNasOptions = {}) {
  return openNumberedNas(createSimulatedWorld(), numberings[name] as Numbering, options);
}

type Site = ReturnType<typeof numberedNas>;

const startMany = (site: Site, count: number) => Array.from({ length: count }, () => site.start());
/** Guests who come and go. */
function visits(site: Site, count: number): void {
  for (let guest = 0; guest < count; guest++) site.stop(site.start());
}
/** Lets the sweeper work while the router reports. */
async function pass(site: Site, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= interimMs) {
    await passTimeUntil(site.world, sleep(site.world.clock, Math.min(left, interimMs)), 5000);
    site.interims();
  }
}
/** A promise that is settled already has been acted on. */
const settle = (site: Site) => passTimeUntil(site.world, sleep(site.world.clock, 1000));

test.each(names)(
  "%s: a count that grows over 65,536 in one boot closes nobody's session",
  (name) => {
    const site = numberedNas(name);
    // All of them for the reading that the captures fit; for the others the last thousand.
    const before = name === names[0] ? 0 : 64_000;
    site.nas.count += before;
    visits(site, 1000);
    startMany(site, 50);
    visits(site, 65_000 - before); // of 16 bits, the ids of these 50 come next
    expect(site.lost()).toBe(0);
    expect(site.believed()).toEqual(site.truth());
    expect(site.nas.count).toBeGreaterThan(65_536);
  },
  240_000,
);

test.each(names)("%s: a full count of 2^20, or of 2^16, closes nobody's session", (name) => {
  for (const full of [2 ** 20, 2 ** 16]) {
    const site = numberedNas(name);
    site.nas.count = full - 60;
    startMany(site, 50);
    visits(site, 6000);
    expect(site.lost()).toBe(0);
    expect(site.believed()).toEqual(site.truth());
  }
});

test.each(names)(
  "%s: 20 reboots without a word: what was lost is closed, by the first id or by the missing interims",
  async (name) => {
    const site = numberedNas(name);
    site.sweeper.start();
    for (let boot = 0; boot < 20; boot++) {
      startMany(site, 5);
      visits(site, 200);
      await pass(site, 2 * interimMs);
      expect(site.believed()).toEqual(site.truth());
      site.reboot();
      startMany(site, 3);
      await pass(site, 4 * interimMs);
      expect(site.believed()).toEqual(site.truth());
    }
  },
  60_000,
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
  async (name) => {
    const site = numberedNas(name, { hasApi: true });
    for (let boot = 0; boot < 20; boot++) {
      startMany(site, 5);
      visits(site, 200);
      await pass(site, interimMs);
      site.reboot();
      await pass(site, 20_000);
      startMany(site, 2);
      await settle(site);
      expect(site.believed()).toEqual(site.truth());
    }
  },
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

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("starts" as const), count: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("visits" as const), count: fc.integer({ min: 1, max: 300 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("unheard" as const), count: fc.integer({ min: 1, max: 70_000 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reboot" as const), count: fc.integer({ min: 1, max: 17 }) }) },
);

test("under every reading, with any reboots, full counts and unheard sessions: an open session is never closed, a lost one within 20 minutes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.boolean(),
      fc.integer({ min: 0, max: 2 ** 20 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (name, hasApi, count, steps) => {
        const site = numberedNas(name, { hasApi });
        site.sweeper.start();
        site.nas.count = count;
        for (const each of steps) {
          if (each.kind === "starts") startMany(site, each.count);
          else if (each.kind === "visits") visits(site, each.count);
          else if (each.kind === "unheard") site.nas.count += each.count;
          else for (let boot = 0; boot < each.count; boot++) site.reboot();
          await pass(site, interimMs);
          // Whoever is online at the router is online here.
          expect(site.believed()).toEqual(expect.arrayContaining(site.truth()));
        }
        await pass(site, 4 * interimMs);
        expect(site.believed()).toEqual(site.truth());
      },
    ),
    { numRuns: 30 },
  );
}, 120_000);
