import type { changesView } from "@karibu/cloud/catalogue/grants/change-routes";
import type { grantDevicesView } from "@karibu/cloud/catalogue/grants/device-routes";
import type { giftView } from "@karibu/cloud/catalogue/grants/gift-routes";
import type { grantView } from "@karibu/cloud/catalogue/grants/grant-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type GrantView = z.output<typeof grantView>;

const path = "/api/v1/grants";
export const readGrant = (grantId: string): Promise<GrantView> => get(`${path}/${encodeURIComponent(grantId)}`);
/** The grants of one customer. */
export const listGrants = (query: ListQuery, phone: string): Promise<Page<GrantView>> =>
  getList(path, { limit: 20, ...query }, { phone });

/** What staff changed of a grant at a site. */
export type GrantChanges = z.output<typeof changesView>;
export type Gift = z.output<typeof giftView>;
export interface GrantPlace {
  readonly grantId: string;
  readonly siteId: string;
}
const at = ({ grantId, siteId }: GrantPlace) =>
  `/api/v1/sites/${encodeURIComponent(siteId)}/grants/${encodeURIComponent(grantId)}`;
export const readChanges = (grant: GrantPlace): Promise<GrantChanges> => get(`${at(grant)}/changes`);
export const giveGrant = (grant: GrantPlace, gift: object, key: string): Promise<GrantChanges> =>
  post(`${at(grant)}/give`, gift, { key });
export const pauseGrant = (grant: GrantPlace, word: "pause" | "resume", reason: string): Promise<GrantChanges> =>
  post(`${at(grant)}/${word}`, { reason });
export const liftGuard = (grant: GrantPlace, reason: string): Promise<GrantChanges> =>
  post(`${at(grant)}/lift-guard`, { reason });

/** Which devices a grant has at its site, and which the site sees. */
export type GrantDevices = z.output<typeof grantDevicesView>;
export const readDevices = (grant: GrantPlace): Promise<GrantDevices> => get(`${at(grant)}/devices`);
export const putDeviceOn = (
  grant: GrantPlace,
  order: { readonly mac: string; readonly moves: boolean },
): Promise<{ readonly outcome: "online" | "bound" }> => post(`${at(grant)}/devices`, order);
export const takeDeviceOff = (grant: GrantPlace, mac: string): Promise<unknown> =>
  post(`${at(grant)}/devices/remove`, { mac });

const gifts = "/api/v1/grant-gifts";
export const previewGift = (siteId: string): Promise<{ readonly count: number; readonly most: number }> =>
  get(`${gifts}/preview?siteId=${encodeURIComponent(siteId)}`);
export const startGift = (gift: object, key: string): Promise<Gift> => post(gifts, gift, { key });
export const readGift = (giftId: string): Promise<Gift> => get(`${gifts}/${encodeURIComponent(giftId)}`);
export const stopGift = (giftId: string): Promise<Gift> => post(`${gifts}/${encodeURIComponent(giftId)}/stop`);
