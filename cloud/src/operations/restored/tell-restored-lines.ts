/** Customers' lines of which a restore has told the sites nothing, because they were switched off or got another password after the back-up. */
import { type AccountParts, publishAccount } from "../../catalogue/accounts/accounts.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { tellForgotten } from "../../ground/feed/forgotten.ts";

export function tellRestoredLines(parts: AccountParts & { readonly database: Database }): Promise<void> {
  return tellForgotten(parts.database, "customer-account", {
    readNames: (tx) =>
      tx
        .selectFrom("revoked_again as again")
        .innerJoin("account_sites as at", (on) =>
          on.onRef("at.provider_id", "=", "again.provider_id").onRef("at.account_id", "=", "again.subject_id"),
        )
        .select(["at.provider_id", "at.site_id", "at.account_id as key"])
        .where("again.what", "in", ["line-off", "line-on", "line-password"])
        .execute(),
    tell: (tx, accountId) => tellLine(parts, tx, accountId),
  });
}

async function tellLine(parts: AccountParts, tx: Tx, accountId: string): Promise<void> {
  const row = await tx
    .selectFrom("accounts")
    .selectAll()
    .where("account_id", "=", accountId)
    .where("deleted_at_ms", "is", null)
    .executeTakeFirst();
  if (row !== undefined) await publishAccount(parts, tx, row);
}
