import type { templateView } from "@karibu/cloud/fleet/site-view/template-routes";
import type { z } from "zod";
import { post, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type SiteTemplate = z.output<typeof templateView>;

export const templatesPath = "/api/v1/site-templates";
export const keepTemplate = (name: string, siteId: string): Promise<SiteTemplate> =>
  post(templatesPath, { name, siteId });
export const removeTemplate = (templateId: string): Promise<unknown> =>
  remove(hubPath("/api/v1/site-templates/{templateId}", { templateId }));
