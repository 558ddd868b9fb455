/**
 * A customer was suspended, switched on again, deleted, or has another number now: what lets them online follows in the same transaction,
 * so nobody stays online because a later step was lost.
 */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { CustomerChanged } from "../customers/customer-routes.ts";
import type { CustomerRow } from "../customers/customers.ts";
import type { GrantParts } from "../grants/purchase-grant.ts";
import { suspendGrants } from "../grants/suspend-grants.ts";
import {
  type AccountParts,
  accountsOfCustomer,
  type BeforeAccountGoes,
  deleteAccount,
  publishAccount,
} from "./accounts.ts";

/** In the transaction that gives a customer a number, or another one: credit of it may be there already. */
export type NumberChanged = (tx: Tx, customerId: string) => Promise<void>;

export function customerChanged(
  parts: GrantParts & AccountParts,
  beforeAccountGoes: BeforeAccountGoes,
  numberChanged: NumberChanged,
): CustomerChanged {
  return async (tx, before, now) => {
    if (before !== null && now.phoneHash !== null && before.phoneHash !== now.phoneHash)
      await numberChanged(tx, now.customerId);
    if (before !== null && (before.active !== now.active || now.deletedAtMs !== null))
      for (const account of await accountsOfCustomer(tx, now.customerId)) {
        if (now.deletedAtMs === null) {
          await publishAccount(parts, tx, account);
          continue;
        }
        await beforeAccountGoes(tx, account.accountId);
        await deleteAccount(parts, tx, account.accountId);
      }
    const { providerId } = now;
    const [was, is] = [suspendedParty(before), suspendedParty(now)];
    if (was === is) return;
    if (was !== null) await suspendGrants(parts, tx, { providerId, party: was, isSuspended: false });
    if (is !== null) await suspendGrants(parts, tx, { providerId, party: is, isSuspended: true });
  };
}

/** Whose purchases are held back because of this row. Who was deleted is nobody's customer: the number buys like any other. */
function suspendedParty(row: CustomerRow | null): Party | null {
  return row === null || row.active || row.deletedAtMs !== null ? null : row.phoneHash;
}
