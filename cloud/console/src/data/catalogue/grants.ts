import type { changesView } from "@karibu/cloud/catalogue/grants/change-routes";
import type { grantDevicesView } from "@karibu/cloud/catalogue/grants/device-routes";
import type { giftView } from "@karibu/cloud/catalogue/grants/gift-routes";
import type { grantView } from "@karibu/cloud/catalogue/grants/grant-routes";
import type { z } from "zod";
import { get, type Page, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, withQuery } from "../../hub/list.ts";

export type GrantView = z.output<typeof grantView>;

const path = "/api/v1/grants";
export const readGrant = (grantId: string): Promise<GrantView> => get(hubPath("/api/v1/grants/{grantId}", { grantId }));
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
/** By name: a page may hand itself over, whose fields no spread would copy. */
const placeOf = ({ siteId, grantId }: GrantPlace) => ({ siteId, grantId });
export const readChanges = (grant: GrantPlace): Promise<GrantChanges> =>
  get(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/changes", placeOf(grant)));
export const giveGrant = (
  grant: GrantPlace,
  gift: Body<"POST", "/api/v1/sites/{siteId}/grants/{grantId}/give">,
  key: string,
): Promise<GrantChanges> =>
  post(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/give", placeOf(grant)), gift, { key });
export const pauseGrant = (grant: GrantPlace, word: "pause" | "resume", reason: string): Promise<GrantChanges> =>
  post(hubPath(`/api/v1/sites/{siteId}/grants/{grantId}/${word}`, placeOf(grant)), { reason });
export const liftGuard = (grant: GrantPlace, reason: string): Promise<GrantChanges> =>
  post(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/lift-guard", placeOf(grant)), { reason });

/** Which devices a grant has at its site, and which the site sees. */
export type GrantDevices = z.output<typeof grantDevicesView>;
export const readDevices = (grant: GrantPlace): Promise<GrantDevices> =>
  get(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/devices", placeOf(grant)));
export const putDeviceOn = (
  grant: GrantPlace,
  order: { readonly mac: string; readonly moves: boolean },
): Promise<{ readonly outcome: "online" | "bound" }> =>
  post(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/devices", placeOf(grant)), order);
export const takeDeviceOff = (grant: GrantPlace, mac: string): Promise<unknown> =>
  post(hubPath("/api/v1/sites/{siteId}/grants/{grantId}/devices/remove", placeOf(grant)), { mac });

const gifts = "/api/v1/grant-gifts";
export const previewGift = (siteId: string): Promise<{ readonly count: number; readonly most: number }> =>
  get(withQuery("/api/v1/grant-gifts/preview", { siteId }));
export const startGift = (gift: Body<"POST", "/api/v1/grant-gifts">, key: string): Promise<Gift> =>
  post(gifts, gift, { key });
export const readGift = (giftId: string): Promise<Gift> => get(hubPath("/api/v1/grant-gifts/{giftId}", { giftId }));
export const stopGift = (giftId: string): Promise<Gift> =>
  post(hubPath("/api/v1/grant-gifts/{giftId}/stop", { giftId }));
