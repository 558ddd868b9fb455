/**
 * The MAC behind an address, from the router's host table: a phone's redirect is only text. One read of the table serves every
 * phone for a while. A phone that is not in the table has it read again soon; thousands of made-up ones cause no more reads than one.
 */
import type { World } from "@karibu/protocol/world";
import { addressBehindRouter, type RouterControl } from "./router-control.ts";
import { waitAtMost } from "./wait-at-most.ts";

/**
 * `not-known`: the router can't be asked (no API, or no answer now). `elsewhere`: the router that can be asked does not have it, but the site has
 * others, without an API for the agent.
 */
export type HostMac =
  | { readonly kind: "known"; readonly mac: string }
  | { readonly kind: "absent" }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "not-known" };

export interface HostTable {
  /** Never rejects. A customer waits a few seconds at most. */
  macOf(address: string): Promise<HostMac>;
  /**
   * What the router's last word on this MAC was, at once. Whatever is not in the table has it read again soon, in the background. `not-known`: there
   * is no router to ask, it does not answer, or the MAC may be behind another router of the site.
   */
  listing(mac: string): "listed" | "unlisted" | "not-known";
}

const freshForMs = 30_000;
/** A customer waits for it; and made-up MACs cost the router no more than 30 questions a minute. */
const againForMissingMs = 2000;
const waitMsMax = 2500;
/** A router that did not answer is not asked for this long: no customer waits for it again. */
const silentForMs = 30_000;

export function createHostTable(
  world: Pick<World, "clock" | "log">,
  router: RouterControl | null,
  { hasOtherRouters }: { readonly hasOtherRouters: boolean },
): HostTable {
  /** By address, and all of them: two may have one address. */
  let table: {
    readonly atMs: number;
    readonly macs: ReadonlyMap<string, string>;
    readonly all: ReadonlySet<string>;
  } | null = null;
  let reading: Promise<void> | null = null;
  let readingSinceMs = Number.NEGATIVE_INFINITY;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  async function read(hosts: NonNullable<RouterControl["hosts"]>): Promise<void> {
    const atMs = world.clock.monotonicMs();
    try {
      const macs = new Map<string, string>();
      const rows = await hosts();
      for (const { mac, addresses } of rows) for (const address of addresses) macs.set(address, mac);
      // What a host has set itself is no word against the one that the router knows by that address.
      for (const host of rows) macs.set(addressBehindRouter(host) ?? "", host.mac);
      table = { atMs, macs, all: new Set(rows.map(({ mac }) => mac)) };
    } catch (error) {
      failedAtMs = world.clock.monotonicMs();
      world.log.debug("host-table-not-read", { error: String(error) });
    }
  }

  /** Reads the table where it is old, or lacks this host. Null: nothing is being read. */
  function readIfDue(isMissing: boolean): Promise<void> | null {
    const hosts = router?.hosts?.bind(router);
    const nowMs = world.clock.monotonicMs();
    const ageMs = nowMs - (table?.atMs ?? Number.NEGATIVE_INFINITY);
    const isDue = ageMs >= freshForMs || (ageMs >= againForMissingMs && isMissing);
    if (hosts === undefined || !isDue || nowMs - failedAtMs < silentForMs) return null;
    if (reading === null) {
      readingSinceMs = nowMs;
      reading = read(hosts).finally(() => {
        reading = null;
      });
    }
    return reading;
  }

  /** In an old table the address may belong to another phone by now. */
  const isUsable = (found: typeof table): found is NonNullable<typeof table> =>
    found !== null && world.clock.monotonicMs() - found.atMs < freshForMs * 2;

  return {
    async macOf(address) {
      if (router?.hosts === undefined) return { kind: "not-known" };
      const due = readIfDue(table?.macs.has(address) !== true);
      if (due !== null) await waitAtMost(world.clock, waitMsMax, due);
      if (!isUsable(table)) return { kind: "not-known" };
      const mac = table.macs.get(address);
      if (mac !== undefined) return { kind: "known", mac };
      return { kind: hasOtherRouters ? "elsewhere" : "absent" };
    },
    listing(mac) {
      const isMissing = table?.all.has(mac) !== true;
      void readIfDue(isMissing);
      if (isUsable(table)) return isMissing ? (hasOtherRouters ? "not-known" : "unlisted") : "listed";
      // The router is being asked, and answers in a moment: nobody is taken at his word meanwhile.
      const isAsked = reading !== null && world.clock.monotonicMs() - readingSinceMs < waitMsMax;
      return isAsked && !hasOtherRouters ? "unlisted" : "not-known";
    },
  };
}
