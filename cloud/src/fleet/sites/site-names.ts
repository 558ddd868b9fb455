import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { namesById } from "../../ground/db/names-by-id.ts";

/** Names of a provider's sites by their ids; an id of nobody is left out. */
export const siteNames = (
  tx: Tx,
  providerId: string,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> =>
  namesById(ids, (known) =>
    tx
      .selectFrom("sites")
      .select(["siteId as id", "name"])
      .where("providerId", "=", providerId)
      .where("siteId", "in", known)
      .execute(),
  );

/** The name of the site of a row, also of one that was deleted. @param table the table, or its other name, that has `provider_id` and `site_id` */
export const siteNameOf = <Name extends string | null = string | null>(
  table: string,
  siteId: RawBuilder<unknown> = sql.ref(`${table}.siteId`),
): RawBuilder<Name> =>
  sql`(select name from sites where sites.provider_id = ${sql.ref(`${table}.providerId`)} and sites.site_id = ${siteId})`;

/** Also of one that was deleted; empty: there is none. */
export async function readSiteName(tx: Tx, siteId: string): Promise<string> {
  const row = await tx.selectFrom("sites").select("name").where("siteId", "=", siteId).executeTakeFirst();
  return row?.name ?? "";
}

/** Names of all sites of a provider by their ids, also of those that were deleted. */
export async function allSiteNames(tx: Tx, providerId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.selectFrom("sites").select(["siteId", "name"]).where("providerId", "=", providerId).execute();
  return new Map(rows.map((row) => [row.siteId, row.name]));
}
