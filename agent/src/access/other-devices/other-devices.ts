/** Devices without a browser: put online, and taken off again, from a phone that is online with the same grant. */
import { sha256Hex } from "@karibu/protocol/hash";
import { slotsOf } from "../../grants/device-slots.ts";
import { aboutGrant, type Site, usageOf } from "../../grants/site.ts";
import { normaliseMac } from "../../ground/mac-address.ts";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { RouterControl, RouterHost } from "../../ground/router-control.ts";
import { heldGrants } from "../../state/held-grants.ts";
import { openSessions } from "../../state/site-state.ts";
import { decide } from "../decide.ts";
import { type Device, type PortalAccess, provenOf } from "../portal-access.ts";
import { type AddRefusal, addedDeviceKey, isAddedDevice, refusesToAdd } from "./other-devices-policy.ts";
import { takeOff } from "./take-off.ts";

export interface OtherDevices {
  /** Null: the asker is not online, so it speaks for nobody. */
  list(asker: Device): Promise<DevicesView | null>;
  /** `named`: a MAC, or the name of one in `around`. On disk when the promise resolves. */
  add(asker: Device, named: string): Promise<AddOutcome>;
  /** Ends its session too. False: the asker's grant has no such device that was added. */
  remove(asker: Device, mac: string): Promise<boolean>;
}

export interface DevicesView {
  readonly planName: string;
  /** How many devices the grant lets in at once, and how many have a place. */
  readonly places: number;
  readonly taken: number;
  readonly added: readonly { readonly mac: string; readonly isOnline: boolean }[];
  /** Devices that nobody has put online. Null: the router can't be asked; a MAC can be typed all the same. */
  readonly around: readonly AroundDevice[] | null;
}

/** Enough of a stranger's device to know one's own by, and not its MAC. */
export interface AroundDevice {
  readonly name: string;
  readonly lastOctets: string;
  readonly address: string | null;
}

export type AddOutcome =
  | { readonly kind: "online" | "bound" }
  | { readonly kind: "refused"; readonly reason: AddRefusal; readonly retryAfterSeconds?: number };

const addsPerDay = { burst: 6, everyMs: 4 * 3_600_000, keysMax: 2048 };
/** Wrong MACs are tries too. */
const triesPerAsker = { burst: 10, everyMs: 60_000, keysMax: 2048 };
/** A device whose address changed so recently may be two. */
const settledMs = 600_000;
const sightingsKept = 2000;
const aroundMax = 40;
const answerKeptMs = 2000;

export function createOtherDevices(
  site: Site,
  parts: {
    readonly view: PortalAccess["view"];
    readonly router: RouterControl | null;
    /** The accounts that are tied to devices. */
    readonly tiedMacs: () => Iterable<readonly string[]>;
    /** Logs the device in at the router now, where it can. */
    readonly logIn: (grantId: string, mac: string, hosts: readonly RouterHost[]) => Promise<boolean>;
    readonly kick: (sessionKey: string) => boolean;
  },
): OtherDevices {
  const { world, state, catalogue } = site;
  const adds = createRateLimit(addsPerDay);
  const tries = createRateLimit(triesPerAsker);
  let answer: { readonly hosts: Promise<readonly RouterHost[] | null>; readonly untilMs: number } | null = null;
  const sightings = new Map<string, { address: string; movedMs: number | null }>();

  function grantOf(asker: Device) {
    const { onlineGrantId } = parts.view(provenOf(asker));
    return onlineGrantId === null ? null : catalogue.grantOf(onlineGrantId);
  }

  /** Null: the router can't be asked. Its whole table is one print of an API that log-ins wait for, too: who asks soon after gets the same answer. */
  function readHosts(): Promise<readonly RouterHost[] | null> {
    const nowMs = world.clock.monotonicMs();
    if (answer !== null && nowMs < answer.untilMs) return answer.hosts;
    // It is shared while it is under way, and kept from then on.
    const hosts = printHosts();
    answer = { hosts, untilMs: Number.POSITIVE_INFINITY };
    void hosts.then(() => {
      answer = { hosts, untilMs: world.clock.monotonicMs() + answerKeptMs };
    });
    return hosts;
  }

  async function printHosts(): Promise<readonly RouterHost[] | null> {
    try {
      const hosts = (await parts.router?.hosts?.()) ?? null;
      if (hosts !== null) for (const host of hosts) sight(host);
      return hosts;
    } catch (error) {
      world.log.debug("host-table-not-read", { error: String(error) });
      return null;
    }
  }

  function sight({ mac, addresses: [address = ""] }: RouterHost): void {
    const before = sightings.get(mac);
    if (before?.address === address) return;
    if (sightings.size >= sightingsKept) sightings.clear();
    sightings.set(mac, { address, movedMs: before === undefined ? null : world.clock.monotonicMs() });
  }

  function seenAs(mac: string, hosts: readonly RouterHost[] | null): "here" | "moving" | "absent" | null {
    if (hosts === null) return null;
    const rows = hosts.filter((host) => host.mac === mac);
    if (rows.length === 0) return "absent";
    const movedMs = sightings.get(mac)?.movedMs ?? null;
    const isMoving = rows.length > 1 || (movedMs !== null && world.clock.monotonicMs() - movedMs < settledMs);
    return isMoving ? "moving" : "here";
  }

  function isTaken(mac: string): boolean {
    if (heldGrants(state, mac).length > 0 || openSessions(state).some((session) => session.mac === mac)) return true;
    for (const macs of parts.tiedMacs()) if (macs.includes(mac)) return true;
    return false;
  }

  return {
    async list(asker) {
      const grant = grantOf(asker);
      if (grant === null) return null;
      const { grantId, terms, planName } = grant;
      const slots = slotsOf(state, grantId);
      const hosts = await readHosts();
      const around = hosts?.filter(({ mac }) => mac !== asker.mac && !isTaken(mac) && seenAs(mac, hosts) === "here");
      return {
        planName,
        places: terms.devices,
        taken: slots.length,
        added: slots.flatMap(({ device, mac, online }) =>
          isAddedDevice(device) && mac !== null ? [{ mac, isOnline: online }] : [],
        ),
        around:
          around === undefined
            ? null
            : around.slice(0, aroundMax).map(({ mac, addresses }) => ({
                name: nameFor(asker, mac),
                lastOctets: mac.slice(9),
                address: addresses[0] ?? null,
              })),
      };
    },

    async add(asker, named) {
      const wait = tries.take(asker.token, world.clock.monotonicMs());
      if (wait > 0) return { kind: "refused", reason: "too-often", retryAfterSeconds: wait };
      // Who is not online has a new cookie as often as they like, and a router is not asked for them.
      if (grantOf(asker) === null) return { kind: "refused", reason: "not-online" };
      // Who moves about must not be missed: few may ask so (`triesPerAsker`).
      const hosts = await printHosts();
      const mac = normaliseMac(named.trim()) ?? hosts?.find((host) => nameFor(asker, host.mac) === named)?.mac ?? null;
      // Read after the router was waited for: the asker may be off, or the device somebody's, by now.
      const grant = grantOf(asker);
      const isHere = mac !== null && grant !== null && heldGrants(state, mac).includes(grant.grantId);
      const candidate = {
        mac,
        isHere,
        isTaken: mac !== null && isTaken(mac),
        seen: mac === null ? null : seenAs(mac, hosts),
      };
      const refusal = refusesToAdd(candidate, { isOnline: grant !== null, mac: asker.mac });
      if (refusal !== null || mac === null || grant === null) return { kind: "refused", reason: refusal ?? "bad-mac" };
      const { grantId } = grant;
      const asking = { device: addedDeviceKey(mac), mac };
      // Nobody loses a place to it, also who is not online just now.
      const slots = slotsOf(state, grantId).map((slot) => ({ ...slot, online: true }));
      const decision = decide(grant, usageOf(site, grant), { slots, asking, wish: "re-enter" }, world.clock.wall());
      if (decision.kind === "reject") return { kind: "refused", reason: decision.reason };
      const often = adds.take(grantId, world.clock.monotonicMs());
      if (often > 0) return { kind: "refused", reason: "too-often", retryAfterSeconds: often };
      const event = { kind: "device-bound", grantId, ...asking, replaces: null } as const;
      await site.recorder.record([event], { about: aboutGrant(grantId), onlyIfWritable: true });
      world.log.info("device-added", { grant: grantId });
      return { kind: (await parts.logIn(grantId, mac, hosts ?? [])) ? "online" : "bound" };
    },

    async remove(asker, mac) {
      const grant = grantOf(asker);
      if (grant === null) return false;
      return await takeOff(site, { grantId: grant.grantId, mac }, ({ device }) => isAddedDevice(device), parts.kick);
    },
  };
}

/** For one asker: nobody learns a MAC from it, and it names nothing to anybody else. */
const nameFor = ({ token }: Device, mac: string): string => sha256Hex(`${token} ${mac}`).slice(0, 16);
