/**
 * Devices without a browser can't log in again by themselves after a pause or a power cut. Where the router has an API, the agent looks for
 * those that somebody else put online, and logs them in. Without an API the router asks by their MAC (MAC authentication).
 */

import type { LogInTokens } from "../access/log-in-tokens.ts";
import { nextGrant } from "../access/next-grant.ts";
import { isAddedDevice } from "../access/other-devices/other-devices-policy.ts";
import { aboutGrant, type Site } from "../grants/site.ts";
import { addressBehindRouter, type RouterControl, type RouterHost } from "../ground/router-control.ts";
import { openSessions, sessionsOf } from "../state/site-state.ts";

export interface AddedDevices {
  /** Logs one in. False: the router does not see it, can't be asked, or refuses. */
  logIn(grantId: string, mac: string, hosts: readonly RouterHost[]): Promise<boolean>;
  /** Does the site know any? Only these need rounds while nobody is online. */
  areThere(): boolean;
  /** Looks for all of them, at most once in half a minute. */
  round(): Promise<void>;
}

const everyMs = 30_000;
/** Who is refused by the router is tried again after so long. */
const againAfterMs = 300_000;

export function createAddedDevices(
  site: Site,
  { router, tokens }: { readonly router: RouterControl | null; readonly tokens: LogInTokens },
): AddedDevices {
  const { world, state, catalogue } = site;
  const triedMs = new Map<string, number>();
  let roundMs = Number.NEGATIVE_INFINITY;

  async function logIn(grantId: string, mac: string, hosts: readonly RouterHost[]): Promise<boolean> {
    const seen = hosts.find((host) => host.mac === mac);
    const address = seen && addressBehindRouter(seen);
    const slot = state.slots.get(grantId)?.find((one) => one.mac === mac);
    if (router === null || address === undefined || slot === undefined) return false;
    try {
      const secret = tokens.issue({ grantId, device: slot.device, mac, address });
      await router.logIn({ user: secret, password: secret, address, mac });
      return true;
    } catch (error) {
      world.log.warn("router-log-in-failed", { error: String(error) });
      return false;
    }
  }

  /** Those that are off and may be on, each by the grant whose turn it is: a device that stands at several uses them one after the other. */
  function waiting(): { readonly grantId: string; readonly mac: string }[] {
    const online = new Set(openSessions(state).map(({ mac }) => mac));
    const found = new Map<string, string>();
    for (const [, slots] of state.slots)
      for (const { device, mac } of slots) {
        if (mac === null || !isAddedDevice(device) || online.has(mac) || found.has(mac)) continue;
        const grant = nextGrant(site, { device, mac });
        const isAdded = grant !== null && state.slots.get(grant.grantId)?.some((slot) => slot.device === device);
        if (isAdded === true) found.set(mac, grant.grantId);
      }
    return [...found].map(([mac, grantId]) => ({ grantId, mac }));
  }

  /**
   * An account begins a new grant with each period. Whoever has a browser logs in again with the name; such a device can't, so its place goes
   * along. The place in the past period stays while it is online there.
   */
  async function carryOver(): Promise<void> {
    for (const [pastId, slots] of [...state.slots]) {
      if (!catalogue.isPastPeriod(pastId)) continue;
      const account = catalogue.presentAccount(pastId);
      const grant = account === null ? null : catalogue.grantOf(account.grantId);
      if (account === null || grant === null) continue;
      const { grantId, service, macs = [] } = account;
      // Tied to other devices since, or for PPPoE alone: what stands on it comes along no more.
      const mayCome = (mac: string | null) =>
        service !== "pppoe" && (macs.length === 0 || (mac !== null && macs.includes(mac)));
      const online = sessionsOf(state, state.open.byGrant.get(pastId) ?? []);
      for (const { device, mac } of [...slots]) {
        if (!isAddedDevice(device)) continue;
        const held = state.slots.get(grantId) ?? [];
        const hasPlace = held.some((slot) => slot.device === device || slot.mac === mac);
        if (mayCome(mac) && !hasPlace && held.length >= grant.terms.devices) continue;
        const bound = { kind: "device-bound", grantId, device, mac, replaces: null } as const;
        const about = aboutGrant(grantId);
        if (mayCome(mac) && !hasPlace) await site.recorder.record([bound], { about, onlyIfWritable: true });
        if (online.some((session) => session.mac === mac)) continue;
        const unbound = { kind: "device-unbound", grantId: pastId, device } as const;
        await site.recorder.record([unbound], { about: aboutGrant(pastId), onlyIfWritable: true });
      }
    }
  }

  return {
    areThere() {
      for (const [, slots] of state.slots) if (slots.some(({ device }) => isAddedDevice(device))) return true;
      return false;
    },
    logIn,
    async round() {
      const nowMs = world.clock.monotonicMs();
      if (nowMs - roundMs < everyMs) return;
      roundMs = nowMs;
      await carryOver();
      if (router?.hosts === undefined) return;
      for (const [mac, atMs] of triedMs) if (nowMs - atMs >= againAfterMs) triedMs.delete(mac);
      const due = waiting().filter(({ mac }) => !triedMs.has(mac));
      if (due.length === 0) return;
      const hosts = await router.hosts();
      for (const { grantId, mac } of due) {
        if (!hosts.some((host) => host.mac === mac)) continue;
        triedMs.set(mac, nowMs);
        if (await logIn(grantId, mac, hosts)) world.log.info("added-device-logged-in", { grant: grantId });
      }
    },
  };
}
