/**
 * Which MAC stands behind an address, by the router's own host table: what a phone's redirect says of itself is only text.
 * One read of the table serves every phone for a while, and a phone that is not in it yet has it read again soon.
 */
import type { World } from "@karibu/protocol/world";
import type { RouterControl } from "../../ground/router-control.ts";

/** `not-known`: the router can't be asked (no API, or it does not answer now). */
export type HostMac =
  | { readonly kind: "known"; readonly mac: string }
  | { readonly kind: "absent" }
  | { readonly kind: "not-known" };

export interface HostBook {
  /** Never rejects, and never keeps a customer waiting for long. */
  macOf(address: string): Promise<HostMac>;
}

const goodForMs = 30_000;
const againForMissingMs = 3000;
const waitMsMax = 2500;
/** A router that did not answer is left alone for a while: no customer waits for it again meanwhile. */
const silentForMs = 30_000;

export function createHostBook(world: Pick<World, "clock" | "log">, router: RouterControl | null): HostBook {
  let read: { readonly atMs: number; readonly macs: ReadonlyMap<string, string> } | null = null;
  let reading: Promise<void> | null = null;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  async function readAgain(hosts: NonNullable<RouterControl["hosts"]>): Promise<void> {
    const atMs = world.clock.monotonicMs();
    try {
      const macs = new Map<string, string>();
      for (const { mac, addresses } of await hosts()) for (const address of addresses) macs.set(address, mac);
      read = { atMs, macs };
    } catch (error) {
      failedAtMs = world.clock.monotonicMs();
      world.log.debug("host-table-not-read", { error: String(error) });
    }
  }

  function waitFor(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const timer = world.clock.after(waitMsMax, resolve);
      void work.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  return {
    async macOf(address) {
      const hosts = router?.hosts?.bind(router);
      if (hosts === undefined) return { kind: "not-known" };
      const nowMs = world.clock.monotonicMs();
      const ageMs = nowMs - (read?.atMs ?? Number.NEGATIVE_INFINITY);
      const isDue = ageMs >= goodForMs || (ageMs >= againForMissingMs && read?.macs.has(address) !== true);
      if (isDue && nowMs - failedAtMs >= silentForMs) {
        reading ??= readAgain(hosts).finally(() => {
          reading = null;
        });
        await waitFor(reading);
      }
      // Too old to be believed: another phone may have the address by now.
      if (read === null || world.clock.monotonicMs() - read.atMs >= goodForMs * 2) return { kind: "not-known" };
      const mac = read.macs.get(address);
      return mac === undefined ? { kind: "absent" } : { kind: "known", mac };
    },
  };
}
