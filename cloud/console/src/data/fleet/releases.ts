import type { channelView, releaseView } from "@karibu/cloud/fleet/releases/release-routes";
import type { siteReleaseView } from "@karibu/cloud/fleet/releases/site-release-routes";
import type { z } from "zod";
import { get, type Page, patch, post } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Release = z.output<typeof releaseView>;
export type ReleaseChannel = z.output<typeof channelView>;
export type SiteRelease = z.output<typeof siteReleaseView>;

export const listReleases = (query: ListQuery): Promise<Page<Release>> => getList("/api/v1/releases", query);

/** `file`: a bundle that `npm run image -- --bundle` has written. */
export async function uploadRelease(file: Blob, notes: string): Promise<Release> {
  return post("/api/v1/releases", { bundle: base64(new Uint8Array(await file.arrayBuffer())), notes });
}

interface ReleaseChannels {
  readonly items: readonly ReleaseChannel[];
  readonly takesBundles: boolean;
}

export const listReleaseChannels = (): Promise<ReleaseChannels> => get("/api/v1/release-channels");

export const changeReleaseChannel = (
  channel: ReleaseChannel["channel"],
  change: Body<"PATCH", "/api/v1/release-channels/{channelName}">,
) => patch(hubPath("/api/v1/release-channels/{channelName}", { channelName: channel }), change);

export const switchReleaseChannel = (
  channel: ReleaseChannel["channel"],
  verb: "pause" | "resume",
  ofReleaseId: string | null,
) => post(hubPath(`/api/v1/release-channels/{channelName}/${verb}`, { channelName: channel }), { ofReleaseId });

/** Platform admins see the sites of all providers. */
export type SiteScope = "platform" | "provider";
const sitesPath = (scope: SiteScope) =>
  scope === "platform" ? "/api/v1/platform/site-releases" : "/api/v1/site-releases";

export const listSiteReleases = (query: ListQuery, scope: SiteScope): Promise<Page<SiteRelease>> =>
  getList(sitesPath(scope), query);

export const changeSiteRelease = (
  scope: SiteScope,
  siteId: string,
  change: Body<"PATCH", "/api/v1/platform/site-releases/{siteId}">,
) =>
  scope === "platform"
    ? patch(hubPath("/api/v1/platform/site-releases/{siteId}", { siteId }), change)
    : patch(
        hubPath("/api/v1/site-releases/{siteId}", { siteId }),
        change as Body<"PATCH", "/api/v1/site-releases/{siteId}">,
      );

/** In slices: JavaScript refuses a call with a million arguments. */
function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
