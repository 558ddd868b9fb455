import type { channelView, releaseView } from "@karibu/cloud/fleet/releases/release-routes";
import type { siteReleaseView } from "@karibu/cloud/fleet/releases/site-release-routes";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Release = z.output<typeof releaseView>;
export type ReleaseChannel = z.output<typeof channelView>;
export type SiteRelease = z.output<typeof siteReleaseView>;

export const listReleases = (cursor: string | null): Promise<Page<Release>> =>
  get(listPath("/api/v1/releases", { limit: 50, cursor }));

/** `file`: as `npm run image -- --bundle` wrote it. */
export async function uploadRelease(file: Blob, notes: string): Promise<Release> {
  return post("/api/v1/releases", { bundle: base64(new Uint8Array(await file.arrayBuffer())), notes });
}

export const listChannels = async (): Promise<readonly ReleaseChannel[]> =>
  (await get<{ items: ReleaseChannel[] }>("/api/v1/release-channels")).items;

export const changeChannel = (channel: string, change: { releaseId?: string | null; percent?: number }) =>
  patch<ReleaseChannel>(`/api/v1/release-channels/${channel}`, change);

export const turnChannel = (channel: string, verb: "pause" | "resume") =>
  post<ReleaseChannel>(`/api/v1/release-channels/${channel}/${verb}`);

/** `everybody`: sites of all providers, for platform admins. */
const sitesPath = (everybody: boolean) => (everybody ? "/api/v1/platform/site-releases" : "/api/v1/site-releases");

export const listSiteReleases = (everybody: boolean, cursor: string | null): Promise<Page<SiteRelease>> =>
  get(listPath(sitesPath(everybody), { limit: 50, cursor }));

export const changeSiteRelease = (
  everybody: boolean,
  siteId: string,
  change: { pinnedReleaseId?: string | null; channel?: string; goesFirst?: boolean },
) => patch<SiteRelease>(`${sitesPath(everybody)}/${siteId}`, change);

/** In slices: a call with a million arguments is refused. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
