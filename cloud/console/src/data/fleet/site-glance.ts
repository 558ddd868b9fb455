import type { siteGlanceView } from "@karibu/cloud/reports/figures/site-glance-routes";
import type { z } from "zod";
import { hubPath } from "../../hub/hub-path.ts";

export type SiteGlance = z.output<typeof siteGlanceView>;
export const siteGlancePath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/glance", { siteId });
