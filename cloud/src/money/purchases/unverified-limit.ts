/**
 * The hourly limit of unverified money. Callbacks are unsigned: only a secret in their path vouches for them. A limit per
 * provider and hour makes the cost of leaked paths a known sum. The channel is asked first about what exceeds it.
 */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { lockNameInTurn } from "../evidence/money-locks.ts";
import type { PurchaseParts } from "./purchase-rows.ts";

const hourMs = 3_600_000;

/**
 * May a purchase of this sum open unverified? One transaction at a time asks, for each provider and currency. The provider's own limit counts, else the hub's. Counted by currency, and by when it
 * opened something: money may pay for a purchase of long ago.
 */
export async function mayTrust(
  { world, unverifiedCentsMax }: Pick<PurchaseParts, "world" | "unverifiedCentsMax">,
  tx: Tx,
  purchase: { readonly providerId: string; readonly currency: string; readonly amountCents: number },
): Promise<boolean> {
  const { providerId, currency, amountCents } = purchase;
  // Who reads the sum adds to it: the next one reads it when this transaction has ended.
  await lockNameInTurn(tx, "limit", `limit/${providerId}/${currency}`);
  const { rows } = await sql<{ max: number | null; unverified: number }>`
    select (select unverified_cents_max from money_settings where provider_id = ${providerId}) as max,
      (${unverifiedSince(purchase, world.clock.wall().atMs - hourMs)}) as unverified`.execute(tx);
  const { max = null, unverified = 0 } = rows[0] ?? {};
  return Number(unverified) + amountCents <= Number(max ?? unverifiedCentsMax);
}

/** The sum, minor units, of what opened after this moment and is not proved. */
export const unverifiedSince = (
  { providerId, currency }: { readonly providerId: string; readonly currency: string },
  sinceMs: number,
): RawBuilder<unknown> => sql`
  select coalesce(sum(amount_cents), 0)::bigint from purchases where provider_id = ${providerId} and currency = ${currency}
    and changed_at_ms > ${sinceMs} and state = 'paid' and not corroborated`;
