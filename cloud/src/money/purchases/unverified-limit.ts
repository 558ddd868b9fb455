/**
 * How much is believed on the word of pushes alone. Callbacks are unsigned: only a secret in their path speaks for them. A
 * provider's hourly limit makes a leak of paths cost a known sum; what comes above it is asked about first.
 */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { AbsorbParts } from "./judged-intent.ts";

const hourMs = 3_600_000;

/** May a purchase of this sum be opened unproved? The limit is of the provider's settings, else the hub's. Counted by currency. */
export async function mayTrust(
  { world, unverifiedCentsMax }: Pick<AbsorbParts, "world" | "unverifiedCentsMax">,
  tx: Tx,
  purchase: { readonly providerId: string; readonly currency: string; readonly amountCents: number },
): Promise<boolean> {
  const { providerId, currency, amountCents } = purchase;
  const { rows } = await sql<{ max: number | null; unverified: number }>`
    select (select unverified_cents_max from money_settings where provider_id = ${providerId}) as max,
      (select coalesce(sum(amount_cents), 0) from intents where provider_id = ${providerId} and currency = ${currency}
        and created_at_ms > ${world.clock.wall().atMs - hourMs} and state = 'paid' and not corroborated)::bigint as unverified`.execute(
    tx,
  );
  const { max = null, unverified = 0 } = rows[0] ?? {};
  return Number(unverified) + amountCents <= Number(max ?? unverifiedCentsMax);
}
