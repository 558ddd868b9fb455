import type { readmissionsView } from "@karibu/cloud/fleet/enrolment/readmission-routes";
import type { hostingView } from "@karibu/cloud/fleet/hosted-sites/hosting-routes";
import type { linkView } from "@karibu/cloud/fleet/link/link-routes";
import type { siteView } from "@karibu/cloud/fleet/site-view/site-routes";
import type { tunnelView } from "@karibu/cloud/fleet/site-view/tunnel-routes";
import type { z } from "zod";
import { type Page, patch, post, put, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Site = z.output<typeof siteView>;
export type SiteLink = z.output<typeof linkView>;
export type Tunnel = z.output<typeof tunnelView>;
export type Hosting = z.output<typeof hostingView>;

export const listSites = (
  query: ListQuery,
  filters: { readonly state?: string; readonly region?: string; readonly district?: string } = {},
): Promise<Page<Site>> => getList("/api/v1/sites", query, filters);

export interface NewSite {
  readonly site: Site;
  readonly enrolmentToken: string;
  readonly enrolmentExpiresAtMs: number;
}

export const sitePath = (siteId: string) => hubPath("/api/v1/sites/{siteId}", { siteId });
export const addSite = (site: Body<"POST", "/api/v1/sites">): Promise<NewSite> => post("/api/v1/sites", site);
export const changeSite = (
  siteId: string,
  change: Body<"PATCH", "/api/v1/sites/{siteId}">,
  etag: string | null,
): Promise<Site> => patch(sitePath(siteId), change, { etag });
export const removeSite = (siteId: string): Promise<unknown> => remove(sitePath(siteId));
export const revokeSite = (siteId: string): Promise<Site> => post(hubPath("/api/v1/sites/{siteId}/revoke", { siteId }));
export type Readmissions = z.output<typeof readmissionsView>;
export const readmissionsPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/readmissions", { siteId });
export const readmit = (siteId: string, readmissionId: string): Promise<Readmissions> =>
  post(hubPath("/api/v1/sites/{siteId}/readmissions/{readmissionId}/confirm", { siteId, readmissionId }));
export const newEnrolmentToken = (siteId: string): Promise<Omit<NewSite, "site">> =>
  post(hubPath("/api/v1/sites/{siteId}/enrolment-token", { siteId }));
export const setTunnel = (siteId: string, publicKey: string | null): Promise<Tunnel> =>
  put(hubPath("/api/v1/sites/{siteId}/tunnel", { siteId }), publicKey === null ? {} : { publicKey });
export const removeTunnel = (siteId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/sites/{siteId}/tunnel", { siteId }));

/** Only this answer contains the RADIUS secret. */
export const setHosting = (siteId: string, hosted: boolean): Promise<Hosting> =>
  put(hubPath("/api/v1/sites/{siteId}/hosting", { siteId }), { hosted });

export interface RoamingSites {
  readonly siteIds: readonly string[];
}
export const roamingPath = "/api/v1/roaming-sites";
export const setRoaming = (siteIds: readonly string[], etag: string | null): Promise<RoamingSites> =>
  put(roamingPath, { siteIds }, { etag });
