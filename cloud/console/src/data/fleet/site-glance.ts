import type { siteGlanceView } from "@karibu/cloud/reports/figures/site-glance-routes";
import type { z } from "zod";
import { sitePath } from "./sites.ts";

export type SiteGlance = z.output<typeof siteGlanceView>;
export const siteGlancePath = (siteId: string) => `${sitePath(siteId)}/glance`;
