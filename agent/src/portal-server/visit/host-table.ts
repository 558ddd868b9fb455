/**
 * The MAC behind an address, from the router's host table: a phone's redirect is only text. One read of the table serves every
 * phone for a while. A phone that is not in the table has it read again soon.
 */
import type { World } from "@karibu/protocol/world";
import type { RouterControl } from "../../ground/router-control.ts";
import { waitAtMost } from "../../ground/wait-at-most.ts";

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
}

const freshForMs = 30_000;
const againForMissingMs = 3000;
const waitMsMax = 2500;
/** A router that did not answer is not asked for this long: no customer waits for it again. */
const silentForMs = 30_000;

export function createHostTable(
  world: Pick<World, "clock" | "log">,
  router: RouterControl | null,
  { hasOtherRouters }: { readonly hasOtherRouters: boolean },
): HostTable {
  let table: { readonly atMs: number; readonly macs: ReadonlyMap<string, string> } | null = null;
  let reading: Promise<void> | null = null;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  async function read(hosts: NonNullable<RouterControl["hosts"]>): Promise<void> {
    const atMs = world.clock.monotonicMs();
    try {
      const macs = new Map<string, string>();
      for (const { mac, addresses } of await hosts()) for (const address of addresses) macs.set(address, mac);
      table = { atMs, macs };
    } catch (error) {
      failedAtMs = world.clock.monotonicMs();
      world.log.debug("host-table-not-read", { error: String(error) });
    }
  }

  return {
    async macOf(address) {
      const hosts = router?.hosts?.bind(router);
      if (hosts === undefined) return { kind: "not-known" };
      const nowMs = world.clock.monotonicMs();
      const ageMs = nowMs - (table?.atMs ?? Number.NEGATIVE_INFINITY);
      const isDue = ageMs >= freshForMs || (ageMs >= againForMissingMs && table?.macs.has(address) !== true);
      if (isDue && nowMs - failedAtMs >= silentForMs) {
        reading ??= read(hosts).finally(() => {
          reading = null;
        });
        await waitAtMost(world.clock, waitMsMax, reading);
      }
      // In an old table the address may belong to another phone by now.
      if (table === null || world.clock.monotonicMs() - table.atMs >= freshForMs * 2) return { kind: "not-known" };
      const mac = table.macs.get(address);
      if (mac !== undefined) return { kind: "known", mac };
      return { kind: hasOtherRouters ? "elsewhere" : "absent" };
    },
  };
}
