import type { uplinkView } from "@karibu/cloud/reports/roll-ups/uplink-routes";
import type { z } from "zod";
import { put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type Uplink = z.output<typeof uplinkView>;

export const uplinkPath = (siteId: string) => hubPath("/api/v1/site-uplinks/{siteId}", { siteId });
export const saveUplink = (siteId: string, uplink: Uplink, etag: string | null): Promise<Uplink> =>
  put(uplinkPath(siteId), uplink, { etag });
