/**
 * An operator gives a device the grant of a purchase: it takes a slot like any device, and the router logs it in where it can. Who attacks this, and
 * what stops them: as at `other-devices/staff-devices.ts`.
 */
import type { AdmitDeviceResult } from "@karibu/protocol/rpc/admit-device";
import { slotsOf } from "../grants/device-slots.ts";
import type { Site } from "../grants/site.ts";
import { addressBehindRouter, type RouterControl } from "../ground/router-control.ts";
import { bindByStaff } from "./bind-by-staff.ts";
import type { LogInTokens } from "./log-in-tokens.ts";
import { isAnothers, type TiedAccounts } from "./other-devices/anothers-device.ts";

const guestsMax = 500;

export interface AdmitDeviceOrder {
  readonly purchaseId: string;
  readonly mac: string;
  /** The device that has had the grant longest loses it. Otherwise the grant must have a free place. */
  readonly moves: boolean;
}

export async function admitDevice(
  site: Site,
  {
    tokens,
    router,
    tied,
  }: { readonly tokens: LogInTokens; readonly router: RouterControl | null; readonly tied: TiedAccounts },
  { purchaseId, mac, moves }: AdmitDeviceOrder,
): Promise<AdmitDeviceResult> {
  const grantId = site.catalogue.grantOfPurchase(purchaseId)?.grant.grantId;
  const grant = grantId === undefined ? null : site.catalogue.grantOf(grantId);
  if (grantId === undefined || grant === null) return { kind: "not-here" };
  if (isAnothers(site, tied, { grantId, mac })) return { kind: "refused", reason: "anothers-device" };
  const asking = { device: `mac.${mac}`, mac };
  const refusal = await bindByStaff(site, grant, { asking, moves });
  if (refusal !== null) return { kind: "refused", reason: refusal };
  const device = slotsOf(site.state, grantId).find((slot) => slot.mac === mac)?.device ?? asking.device;
  return { kind: (await logIn(site, { tokens, router }, { grantId, device, mac })) ? "online" : "bound" };
}

async function logIn(
  { world }: Site,
  { tokens, router }: { readonly tokens: LogInTokens; readonly router: RouterControl | null },
  host: { readonly grantId: string; readonly device: string; readonly mac: string },
): Promise<boolean> {
  try {
    const seen = (await router?.hosts?.())?.find(({ mac }) => mac === host.mac);
    const address = seen && addressBehindRouter(seen);
    if (router === null || address === undefined) return false;
    const secret = tokens.issue({ ...host, address });
    await router.logIn({ user: secret, password: secret, address, mac: host.mac });
    return true;
  } catch (error) {
    world.log.warn("router-log-in-failed", { error: String(error) });
    return false;
  }
}

/** The devices that the router sees on the guests' network, those that are not online first. Null: it can't be asked. */
export async function listGuests(
  { world }: Pick<Site, "world">,
  router: RouterControl | null,
): Promise<{ mac: string; address: string | null; online: boolean }[] | null> {
  try {
    const hosts = await router?.hosts?.();
    if (router === null || hosts === undefined) return null;
    const online = new Set((await router.activeSessions()).map(({ mac }) => mac));
    return hosts
      .map((host) => ({ mac: host.mac, address: addressBehindRouter(host) ?? null, online: online.has(host.mac) }))
      .sort((one, other) => Number(one.online) - Number(other.online))
      .slice(0, guestsMax);
  } catch (error) {
    world.log.warn("router-list-unread", { error: String(error) });
    return null;
  }
}
