/**
 * What honest customers with right codes notice while somebody guesses, at the real doors of an agent (HTTP and RADIUS on loopback), with and
 * without the router's API: how many got in, how long they waited, and how many wrong codes a second were really tried. The attackers: made-up MACs
 * (250 codes at once, then ten a second, each from a new one), and 110 hosts that the router lists, each as often as it may.
 */
import { openGuessedSite } from "@karibu/agent/start/test-guessed-site";
import { customersOf, madeUpMacs, realHosts, waitOf } from "@karibu/agent/start/test-guessing-attack";

const customers = 100;
const everyMs = 150;
const giveUpMs = 30_000;
/** The burst is over, and all hosts wait in turn. */
const settleMs = 6000;

export async function run(print: (row: object) => void): Promise<void> {
  for (const attack of ["made-up MACs", "110 hosts"] as const)
    for (const hasApi of [true, false])
      for (const door of ["portal", "form"] as const) print(await measure(attack, hasApi, door));
}

async function measure(kind: "made-up MACs" | "110 hosts", hasApi: boolean, door: "portal" | "form"): Promise<object> {
  const site = await openGuessedSite({ hasApi, codes: customers });
  const { clock } = site.world;
  try {
    const attack = kind === "110 hosts" ? realHosts(site, 110, door) : await madeUpMacs(site, door);
    if (kind === "110 hosts") await new Promise<void>((resolve) => void clock.after(settleMs, resolve));
    const [sinceMs, triedBefore] = [clock.monotonicMs(), attack.wrongTries()];
    const served = await customersOf(site, door, { count: customers, everyMs, giveUpMs });
    const tookS = (clock.monotonicMs() - sinceMs) / 1000;
    const tried = attack.wrongTries() - triedBefore;
    await attack.end();
    return {
      attack: kind,
      api: hasApi,
      door,
      rightCodes: customers,
      accepted: served.filter(({ accepted }) => accepted).length,
      askedTwice: served.filter(({ answers }) => answers.length > 0).length,
      waitP50Ms: Math.round(waitOf(served, 0.5)),
      waitP99Ms: Math.round(waitOf(served, 0.99)),
      wrongTriesPerSecond: Math.round((tried / tookS) * 10) / 10,
      readsOfHosts: site.reads(),
    };
  } finally {
    await site.close();
  }
}
