import { type AccountParts, accountPlaces, findAccount, publishAccount } from "../../catalogue/accounts/accounts.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { tellForgotten } from "../../ground/feed/forgotten.ts";

export function tellRestoredLines(parts: AccountParts & { readonly database: Database }): Promise<void> {
  return tellForgotten(parts.database, "customer-account", {
    // Not by what is noted as revoked again: a restore may end before it notes anything, and its repeat finds all done.
    names: accountPlaces,
    tell: (tx, accountId) => tellLine(parts, tx, accountId),
  });
}

async function tellLine(parts: AccountParts, tx: Tx, accountId: string): Promise<void> {
  // Another process may serve already, and change it at this moment.
  const row = await findAccount(tx, accountId, "lock");
  if (row !== undefined) await publishAccount(parts, tx, row);
}
