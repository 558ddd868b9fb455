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
    .select((select) => select.fn.sum<number | null>("amount_cents").as("sum"))
    .where("provider_id", "=", providerId)
    .where("party", "=", party)
    .where("currency", "=", currency)
    .where("purchase_id", "!=", except ?? "")
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** Its owner's credit is locked (`creditToSpend`), and suffices. */
export async function holdCredit(tx: Tx, owner: CreditOwner, purchaseId: string, amountCents: number): Promise<void> {
  const { providerId, party, currency } = owner;
  await tx
    .insertInto("credit_holds")
    .values({ provider_id: providerId, purchase_id: purchaseId, party, currency, amount_cents: amountCents })
    .execute();
}

/** The purchase has ended, one way or the other. @returns false: it held nothing */
export async function endHold(tx: Tx, providerId: string, purchaseId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("credit_holds")
    .where("provider_id", "=", providerId)
    .where("purchase_id", "=", purchaseId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
