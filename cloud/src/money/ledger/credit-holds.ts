/**
 * Credit that open purchases hold. A hold moves no money: it is a row that stands while the prompt for the rest of the price is open,
 * written and removed in the transactions that start and end the purchase. So a crash can't lose it, and can't leave it behind.
 */
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

export interface CreditOwner {
  readonly providerId: string;
  readonly party: Party;
  readonly currency: string;
}

/** What open purchases hold of a customer's credit, minor units. @param except a purchase whose own hold is not counted */
export async function heldCredit(
  tx: Tx,
  { providerId, party, currency }: CreditOwner,
  except: string | null,
): Promise<number> {
  const row = await tx
    .selectFrom("credit_holds")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("party", "=", party)
    .where("currency", "=", currency)
    .where("purchaseId", "!=", except ?? "")
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** Its owner's credit is locked (`creditToSpend`), and suffices. */
export async function holdCredit(tx: Tx, owner: CreditOwner, purchaseId: string, amountCents: number): Promise<void> {
  const { providerId, party, currency } = owner;
  await tx.insertInto("credit_holds").values({ providerId, purchaseId, party, currency, amountCents }).execute();
}

/** The purchase has ended, one way or the other. @returns false: it held nothing */
export async function endHold(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("credit_holds")
    .where("providerId", "=", providerId)
    .where("purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
