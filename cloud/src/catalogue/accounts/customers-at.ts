/** Which customers are a site's: of outages, of groups that are written to. */
import { type RawBuilder, sql } from "kysely";

/**
 * Whether the customer of a row of `customers` belongs to one of these sites, or has a line there that is on. Whoever came from another system has
 * their line's site alone.
 * @param customers the table, or its name in the statement
 */
export function isCustomerAt(customers: "customers" | "c", siteIds: readonly string[]): RawBuilder<boolean> {
  const of = sql.ref(customers);
  const these = sql.join([...siteIds, ""]);
  return sql<boolean>`(${of}.site_id in (${these}) or exists (select from accounts a join account_sites s
    on s.provider_id = a.provider_id and s.account_id = a.account_id
    where a.provider_id = ${of}.provider_id and a.customer_id = ${of}.customer_id and a.active and a.deleted_at_ms is null
      and s.site_id in (${these})))`;
}
