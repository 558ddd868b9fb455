/** The names below the hub's host that providers have. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";

/** Of those that were not deleted. */
export async function readSubdomains(tx: Tx): Promise<ReadonlySet<string>> {
  const named = await tx
    .selectFrom("providers")
    .select("subdomain")
    .where("subdomain", "is not", null)
    .where("state", "<>", "deleted")
    .where("providerId", "<>", platformProviderId)
    .execute();
  return new Set(named.flatMap(({ subdomain }) => subdomain ?? []));
}

/** Also by one that was deleted. */
export async function isSubdomainTaken(tx: Tx, name: string): Promise<boolean> {
  const holder = await tx.selectFrom("providers").select("providerId").where("subdomain", "=", name).executeTakeFirst();
  return holder !== undefined;
}

/** Was the provider of a row made after this time? As a column. @param table has `provider_id` */
export const isMadeAfter = (table: string, atMs: number): RawBuilder<boolean> => sql`exists (select from providers maker
  where maker.provider_id = ${sql.ref(`${table}.providerId`)} and maker.created_at_ms > ${atMs}::bigint)`;
