import { accountGrantId, bridgePrefix, voucherPrefix } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { namesAtSites } from "../../catalogue/grants/held-grant.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

export interface OpenSession {
  readonly siteId: string;
  readonly siteName: string;
  readonly sessionKey: string;
  readonly mac: string | null;
}

interface Whose {
  readonly providerId: string;
  readonly customerId: string;
  /** Null: they have no number. */
  readonly party: Party | null;
}

const openMax = 200;

/**
 * Who is online by a right of this customer, at all sites: by what their number bought, also where a lease or a bridge of it is, by a voucher that is
 * theirs, or by a line.
 */
export async function readOpenSessions(tx: Tx, { providerId, customerId, party }: Whose): Promise<OpenSession[]> {
  const { rows } = await sql<OpenSession>`
    with names (name) as (
      select unnest(${namesAtSites(sql`${providerId}::text`, sql`bought.grant_id`)} || (${bridgePrefix}::text || bought.grant_id))
        from grants bought where bought.provider_id = ${providerId} and bought.phone_hash = ${party}
      union all
      select grant_id from cash_sales where provider_id = ${providerId} and phone_hash = ${party}
      union all
      select prefix || owner.batch_id || '.' || owner.serial
        from voucher_owners owner, (values (${voucherPrefix}), (${bridgePrefix})) as kinds (prefix)
        where owner.provider_id = ${providerId} and owner.customer_id = ${customerId}
    )
    select session.site_id, ${siteNameOf("session")} as site_name, session.session_key, session.mac
    from sessions session
    where session.provider_id = ${providerId} and session.stopped_at_ms is null and (
      session.grant_id in (select name from names)
      or exists (
        select from accounts account
        where account.provider_id = ${providerId} and account.customer_id = ${customerId} and (
          session.grant_id = ${accountGrantId("", undefined)} || account.account_id
          or starts_with(session.grant_id, ${accountGrantId("", undefined)} || account.account_id || '.')
        )
      )
    )
    order by session.begun_at_ms desc
    limit ${openMax}`.execute(tx);
  return rows;
}
