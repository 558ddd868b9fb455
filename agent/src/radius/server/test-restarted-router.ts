/** What a router that restarts without a word does to its site, for so many boots or so many drawn histories. */
import { passTimeUntil } from "@karibu/lab/world/simulated-world";
import { sleep } from "@karibu/protocol/world";
import fc from "fast-check";
import { expect } from "vitest";
import { numberedNas, numberings, type NumberedSite as Site, startMany, visits } from "./test-numbered-nas.ts";

export const interimMs = 300_000;
export const names = Object.keys(numberings);

/** Lets the sweeper work while the router reports. */
export async function pass(site: Site, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= interimMs) {
    await passTimeUntil(site.world, sleep(site.world.clock, Math.min(left, interimMs)), 5000);
    site.interims();
  }
}

/** A promise that is settled already has been acted on. */
export const settle = (site: Site) => passTimeUntil(site.world, sleep(site.world.clock, 1000));

/** What was lost is closed, by the first id or by the missing interims. */
export async function rebootSilently(name: string, boots: number): Promise<void> {
  const site = numberedNas(name);
  site.sweeper.start();
  for (let boot = 0; boot < boots; boot++) {
    startMany(site, 5);
    visits(site, 200);
    await pass(site, 2 * interimMs);
    expect(site.believed()).toEqual(site.truth());
    site.reboot();
    startMany(site, 3);
    await pass(site, 4 * interimMs);
    expect(site.believed()).toEqual(site.truth());
  }
}

/** The router's uptime closes what was lost within a second of the first Start. */
export async function rebootWithApi(name: string, boots: number): Promise<void> {
  const site = numberedNas(name, { hasApi: true });
  for (let boot = 0; boot < boots; boot++) {
    startMany(site, 5);
    visits(site, 200);
    await pass(site, interimMs);
    site.reboot();
    await pass(site, 20_000);
    startMany(site, 2);
    await settle(site);
    expect(site.believed()).toEqual(site.truth());
  }
}

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

/** Under every reading, with any reboots, full counts and unheard sessions: an open session is never closed, a lost one within 20 minutes. */
export const liveAnyHistory = (numRuns: number): Promise<void> =>
  fc.assert(
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
    { numRuns },
  );
