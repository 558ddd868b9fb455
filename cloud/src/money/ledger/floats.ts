/**
 * The floats of staff who sell for cash: what each has paid ahead, and how far below zero it may go. Sellers at the sites have
 * other limits (`sellers`).
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";

export interface Float {
  /** Paid ahead and earned, less what was sold; below zero: owed. Minor units. */
  readonly balanceCents: number;
  /** How far below zero it may go: only in the provider's currency, in which it was agreed. */
  readonly creditLimitCents: number;
}

export interface WhoseFloat {
  readonly providerId: string;
  readonly userId: string;
  readonly currency: string;
}

/** Null: what they take goes into the office's till, for they are no seller and nobody gave them a float. */
export async function readFloat(tx: Tx, of: WhoseFloat): Promise<Float | null> {
  const { providerId, userId, currency } = of;
  const { rows } = await sql<{ role: string | null; limit: number | null; postings: number; balance: number }>`
    select (select role from users where provider_id = ${providerId} and user_id = ${userId}) as role,
      (select credit_cents from float_limits where provider_id = ${providerId} and user_id = ${userId}) as limit,
      count(*) as postings, coalesce(-sum(amount_cents) filter (where currency = ${currency}), 0)::bigint as balance
    from ledger_postings where provider_id = ${providerId} and account = ${`float:${userId}`}`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  const isSeller = row.role === "seller" || row.limit !== null || Number(row.postings) > 0;
  if (!isSeller) return null;
  const isAgreed = row.limit !== null && currency === (await currencyOfProvider(tx, providerId));
  return { balanceCents: Number(row.balance), creditLimitCents: isAgreed ? Number(row.limit) : 0 };
}

/** Until the transaction ends: nobody else takes from this float meanwhile. */
export async function lockFloat(tx: Tx, { providerId, userId }: Omit<WhoseFloat, "currency">): Promise<void> {
  await lockName(tx, `float/${providerId}/${userId}`);
}

/** @param float null: the till has no limit */
export const covers = (float: Float | null, amountCents: number): boolean =>
  float === null || float.balanceCents + float.creditLimitCents >= amountCents;

/** May they sell for so much? Locked until the transaction ends. */
export async function mayTakeCash(tx: Tx, of: WhoseFloat, amountCents: number): Promise<boolean> {
  await lockFloat(tx, of);
  return covers(await readFloat(tx, of), amountCents);
}
