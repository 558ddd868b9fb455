/**
 * Staff put a device without a browser online at any grant of this site, and off again: what `admit-device` does for a purchase.
 *
 * Who attacks this: somebody with a stolen session of staff, who would listen to a guest's device or push it off, or give away what is sold. So
 * a device that is online with another grant, or tied to another account, is not taken; nobody loses a place unless the order says so; what is
 * given for nothing takes no second device; and `decide` has the last word, as for everybody. The hub writes each order into its audit log.
 */
import { kindOfGrant } from "@karibu/protocol/grant-id";
import {
  type GrantDevices,
  type PutDeviceOnResult,
  putDeviceOn,
  readGrantDevices,
  takeDeviceOff,
} from "@karibu/protocol/rpc/grant-devices";
import { type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { slotsOf } from "../../grants/device-slots.ts";
import type { GuardedGrant } from "../../grants/guards/code-guard.ts";
import { type Site, usageOf } from "../../grants/site.ts";
import { isAnothersDevice, refusalOf } from "../../grants/vouchers/known-voucher.ts";
import type { RouterControl, RouterHost } from "../../ground/router-control.ts";
import { bindByStaff } from "../bind-by-staff.ts";
import { decide } from "../decide.ts";
import { isAnothers, type TiedAccounts } from "./anothers-device.ts";
import { addedDeviceKey, isAddedDevice, isOneDevice } from "./other-devices-policy.ts";
import { takeOff } from "./take-off.ts";

const heldMax = 100;

export interface StaffDevices {
  read(grantId: string): GrantDevices;
  /** On disk when the promise resolves. */
  put(order: { readonly grantId: string; readonly mac: string; readonly moves: boolean }): Promise<PutDeviceOnResult>;
  /** On disk when the promise resolves. */
  takeOff(order: { readonly grantId: string; readonly mac: string }): Promise<{ kind: "off" | "not-on" }>;
}

export function createStaffDevices(
  site: Site,
  parts: {
    readonly router: RouterControl | null;
    readonly tied: TiedAccounts;
    /** Logs the device in at the router now, where it can. */
    readonly logIn: (grantId: string, mac: string, hosts: readonly RouterHost[]) => Promise<boolean>;
    readonly kick: (sessionKey: string) => boolean;
  },
): StaffDevices {
  const { world, state, catalogue } = site;

  /** The grant that the site is in now; null: it has none such, or one that is given for nothing. */
  function present(grantId: string): GuardedGrant | null {
    const kind = kindOfGrant(grantId);
    if (kind === "free") return null;
    return catalogue.grantOf(kind === "account" ? (catalogue.presentAccount(grantId)?.grantId ?? grantId) : grantId);
  }

  /** Why this device may not have this grant, whatever it is worth; null: it may. */
  function refuses({ grantId }: GuardedGrant, mac: string): string | null {
    if (!isOneDevice(mac)) return "bad-mac";
    const account = kindOfGrant(grantId) === "account" ? catalogue.presentAccount(grantId) : null;
    if (account?.service === "pppoe") return "not-for-hotspot";
    const only = account?.macs ?? [];
    if (only.length > 0 && !only.includes(mac)) return "other-device";
    if (isAnothers(site, parts.tied, { grantId, mac })) return "anothers-device";
    const voucher = catalogue.voucherOfGrant(grantId);
    if (voucher === null) return null;
    return isAnothersDevice(voucher, mac) ? "other-device" : refusalOf(voucher, world.clock.wall());
  }

  async function hosts(): Promise<readonly RouterHost[]> {
    try {
      return (await parts.router?.hosts?.()) ?? [];
    } catch (error) {
      world.log.debug("host-table-not-read", { error: String(error) });
      return [];
    }
  }

  return {
    read(grantId) {
      const grant = present(grantId);
      if (grant === null) return { kind: "not-here" };
      const slots = slotsOf(state, grant.grantId);
      const held = slots.flatMap(({ mac, online, device }) =>
        mac === null ? [] : [{ mac, online, added: isAddedDevice(device) }],
      );
      // A phone that nobody has seen, which comes by itself: who is online keeps their place.
      const asking = { device: "one-more-phone", mac: null };
      const decision = decide(grant, usageOf(site, grant), { slots, asking, wish: "re-enter" }, world.clock.wall());
      return {
        kind: "here",
        places: grant.terms.devices,
        taken: slots.length,
        held: held.slice(0, heldMax),
        refuses: decision.kind === "reject" ? decision.reason : null,
      };
    },

    async put({ grantId: named, mac, moves }) {
      const seen = await hosts();
      // Read after the router was waited for: it may be over, or in another period, by now.
      const grant = present(named);
      if (grant === null) return { kind: "not-here" };
      const refusal = refuses(grant, mac);
      if (refusal !== null) return { kind: "refused", reason: refusal };
      const { grantId } = grant;
      const asking = { device: addedDeviceKey(mac), mac };
      const rejected = await bindByStaff(site, grant, { asking, moves });
      if (rejected !== null) return { kind: "refused", reason: rejected };
      world.log.info("device-added-by-staff", { grant: grantId });
      return { kind: (await parts.logIn(grantId, mac, seen)) ? "online" : "bound" };
    },

    async takeOff({ grantId: named, mac }) {
      const grantId = present(named)?.grantId ?? named;
      return { kind: (await takeOff(site, { grantId, mac }, () => true, parts.kick)) ? "off" : "not-on" };
    },
  };
}

/** What the hub may order. */
export const staffDeviceRequests = (devices: StaffDevices): readonly ServedRpc<void>[] => [
  serve(readGrantDevices, async ({ grantId }) => devices.read(grantId)),
  serve(putDeviceOn, (order) => devices.put(order)),
  serve(takeDeviceOff, (order) => devices.takeOff(order)),
];
