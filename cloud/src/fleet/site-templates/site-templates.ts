/** A site's choices under a name, for sites that are alike. */

import { newId } from "@karibu/protocol/identifiers";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { World } from "@karibu/protocol/world";
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import type { SiteFields } from "../sites/sites.ts";

export type SiteTemplateRow = Selectable<Schema["site_templates"]>;

/** One looks through them in a select. */
const templatesMax = 50;

export type TemplateFields = Pick<SiteFields, "region" | "district" | "interimSeconds" | "autoLogIn">;

export async function readTemplates(tx: Tx): Promise<SiteTemplateRow[]> {
  return await tx.selectFrom("site_templates").selectAll().orderBy(sql`lower(name)`).orderBy("templateId").execute();
}

/** Throws a Problem 404; `field` names the input when the id came in a body. */
export async function readTemplate(tx: Tx, templateId: string, field?: string): Promise<SiteTemplateRow> {
  const row = await tx.selectFrom("site_templates").selectAll().where("templateId", "=", templateId).executeTakeFirst();
  if (row === undefined) throw notFound("template", field);
  return row;
}

export const fieldsOfTemplate = (row: SiteTemplateRow): TemplateFields => ({
  region: row.region,
  district: row.district,
  interimSeconds: row.interimSeconds,
  autoLogIn: row.autoLogIn,
});

/** Throws Problems 409 "template-name-taken" and "too-many-templates". */
export async function insertTemplate(
  world: World,
  tx: Tx,
  template: {
    readonly providerId: string;
    readonly name: string;
    readonly fields: TemplateFields;
    readonly choices: SetUpChoices | null;
  },
): Promise<SiteTemplateRow> {
  const { providerId, name, fields, choices } = template;
  await lockProvider(tx, providerId);
  const { count } = await tx
    .selectFrom("site_templates")
    .select((row) => row.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  if (Number(count) >= templatesMax) throw refusal("too-many-templates");
  const row = await tx
    .insertInto("site_templates")
    .values({
      providerId,
      templateId: newId(world),
      name,
      region: fields.region,
      district: fields.district,
      interimSeconds: fields.interimSeconds,
      autoLogIn: fields.autoLogIn,
      choices,
      madeAtMs: world.clock.wall().atMs,
    })
    .onConflict((on) => on.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) throw refusal("template-name-taken", { field: "name" });
  return row;
}

export async function deleteTemplate(tx: Tx, templateId: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom("site_templates")
    .where("templateId", "=", templateId)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw notFound("template");
}
