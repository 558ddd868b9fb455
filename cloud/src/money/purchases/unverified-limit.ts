/**
 * The hourly limit of unverified money. Callbacks are unsigned: only a secret in their path vouches for them. A limit per
 * provider and hour makes the cost of leaked paths a known sum. The channel is asked first about what exceeds it.
 */

import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { ownCurrency } from "../../tenancy/providers/provider-country.ts";
import { lockNameInTurn, lockNamesInTurn } from "../evidence/money-locks.ts";
import { trustRules, unverifiedCentsMaxOf } from "../settings/money-settings.ts";
import type { PurchaseParts } from "./purchase-rows.ts";

const hourMs = 3_600_000;

/** Of a provider that has set none, minor units an hour. */
export const unverifiedCentsMaxDefault = 5_000_000;

/**
 * May a purchase of this sum open unverified? One transaction at a time asks, for each provider and currency. The provider's own limit counts, else the hub's. Counted by currency, and by when it
 * opened something: money may pay for a purchase of long ago.
 */
export async function mayTrust(
  { world, unverifiedCentsMax }: Pick<PurchaseParts, "world" | "unverifiedCentsMax">,
  tx: Tx,
  purchase: { readonly providerId: string; readonly currency: string; readonly amountCents: number },
): Promise<boolean> {
  const { providerId, amountCents } = purchase;
  // Who reads the sum adds to it: the next one reads it when this transaction has ended.
  await lockNameInTurn(tx, "limit", limitName(purchase));
  const { rows } = await sql<{ max: number | null; unverified: number }>`
    select ${unverifiedCentsMaxOf(providerId)} as max,
      (${unverifiedSince(purchase, world.clock.wall().atMs - hourMs)}) as unverified`.execute(tx);
  const { max = null, unverified = 0 } = rows[0] ?? {};
  return Number(unverified) + amountCents <= Number(max ?? unverifiedCentsMax);
}

/** A provider's limit in one currency, and what else its settings say of a payment. */
export interface TrustLeft {
  /** How much more of unverified money may be opened, minor units; below zero: too much is there already. */
  readonly cents: number;
  /** `MoneySettings.codeAfterPayment`, from the same row. */
  readonly wantsCode: boolean;
}

/** By `limitName`. Locked as by `mayTrust`: who asks for several purchases of one batch counts what each of them opens. */
export async function trustLeft(
  { world, unverifiedCentsMax }: Pick<PurchaseParts, "world" | "unverifiedCentsMax">,
  tx: Tx,
  purchases: readonly { readonly providerId: string; readonly currency: string }[],
): Promise<ReadonlyMap<string, TrustLeft>> {
  const asAsked = { providerId: sql.ref("asked.providerId"), currency: sql.ref("asked.currency") };
  const asked = [...new Map(purchases.map((each) => [limitName(each), each])).values()];
  if (asked.length === 0) return new Map();
  await lockNamesInTurn(tx, "limit", asked.map(limitName), { noWait: false });
  const { rows } = await sql<{
    providerId: string;
    currency: string;
    max: number | null;
    wantsCode: boolean;
    unverified: number;
  }>`
    select provider_id, currency, unverified_cents_max as max, coalesce(code_after_payment, false) as wants_code,
      (${unverifiedSince(asAsked, world.clock.wall().atMs - hourMs)}) as unverified
    from unnest(${asked.map(({ providerId }) => providerId)}::text[], ${asked.map(({ currency }) => currency)}::text[])
      as asked (provider_id, currency)
    left join ${trustRules} rules using (provider_id)`.execute(tx);
  return new Map(
    rows.map(({ providerId, currency, max, unverified, wantsCode }) => {
      const left = { cents: Number(max ?? unverifiedCentsMax) - Number(unverified), wantsCode };
      return [limitName({ providerId, currency }), left];
    }),
  );
}

/**
 * A row where more than half of the limit was opened in the last hour, in the provider's own currency, and is not proved: at the limit, customers who
 * have paid wait for the channel's answer. None where the provider wants each payment proved first. To stand after `from`.
 */
export const nearLimit = (providerId: string, nowMs: number): RawBuilder<unknown> => sql`(
  select told from (
    select (${unverifiedSince({ providerId, currency: ownCurrency(providerId) }, nowMs - hourMs)}) as told
  ) hour
  cross join (
    select coalesce(${unverifiedCentsMaxOf(providerId)}, ${unverifiedCentsMaxDefault}::bigint) as most
  ) rule
  where most > 0 and told * 2 > most
) near`;

export const limitName = ({
  providerId,
  currency,
}: {
  readonly providerId: string;
  readonly currency: string;
}): string => `limit/${providerId}/${currency}`;

/** The sum, minor units, of what opened after this moment and is not proved: of these values, or of columns that name them. */
export const unverifiedSince = (
  { providerId, currency }: Readonly<Record<"providerId" | "currency", string | RawBuilder<unknown>>>,
  sinceMs: number,
): RawBuilder<unknown> => sql`
  select coalesce(sum(amount_cents), 0)::bigint from purchases where provider_id = ${providerId} and currency = ${currency}
    and changed_at_ms > ${sinceMs} and state = 'paid' and not corroborated`;
