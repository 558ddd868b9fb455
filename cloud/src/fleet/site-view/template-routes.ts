/** `/api/v1/site-templates`: a site's choices under a name; new sites begin with them (`templateId` of `POST /sites` and of `POST …/set-up`). */
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { route } from "../../ground/http/route.ts";
import { readScript } from "../set-up/set-up-rows.ts";
import {
  deleteTemplate,
  fieldsOfTemplate,
  insertTemplate,
  readTemplates,
  type SiteTemplateRow,
} from "../site-templates/site-templates.ts";
import { fieldsOf, readSite } from "../sites/sites.ts";

export const templateView = z.object({
  templateId: z.string(),
  name: z.string(),
  region: z.string().nullable(),
  district: z.string().nullable(),
  interimSeconds: z.number().int(),
  autoLogIn: z.boolean(),
  /** False: its site's router was not set up by a line, so there are no choices to begin with. */
  hasChoices: z.boolean(),
  madeAtMs: z.number().int(),
});

export function templateRoutes(world: World) {
  const path = "/api/v1/site-templates";
  return [
    route({
      method: "GET",
      path,
      summary: "Templates for sites, by name (fifty at most)",
      permission: "sites.read",
      response: z.object({ items: z.array(templateView) }),
      handle: ({ transact }) => transact(async (tx) => ({ items: (await readTemplates(tx)).map(viewOf) })),
    }),
    route({
      method: "POST",
      path,
      summary: "Keep a site's choices under a name, for sites that are alike",
      permission: "sites.manage",
      body: z.strictObject({ name: z.string().trim().min(1).max(100), siteId: keySchema }),
      status: 201,
      response: templateView,
      handle: ({ body: { name, siteId }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const fields = fieldsOf(await readSite(tx, siteId, "siteId"));
          const choices = (await readScript(tx, siteId))?.choices ?? null;
          const row = await insertTemplate(world, tx, { providerId, name, fields, choices });
          auditTarget(row.templateId);
          return viewOf(row);
        }),
    }),
    route({
      method: "DELETE",
      path: `${path}/{templateId}`,
      summary: "Remove a template; sites that were made from it stay as they are",
      permission: "sites.manage",
      params: z.object({ templateId: keySchema }),
      status: 204,
      response: z.null(),
      handle: ({ params: { templateId }, transact }) =>
        transact(async (tx) => {
          await deleteTemplate(tx, templateId);
          return null;
        }),
    }),
  ];
}

function viewOf(row: SiteTemplateRow): z.input<typeof templateView> {
  return {
    templateId: row.templateId,
    name: row.name,
    ...fieldsOfTemplate(row),
    hasChoices: row.choices !== null,
    madeAtMs: row.madeAtMs,
  };
}
