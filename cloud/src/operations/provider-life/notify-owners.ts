/** Letters to the owners when the platform suspends, deletes or reopens their provider, with the end of the grace. */
import type { Tx } from "../../ground/db/database.ts";
import { lifeCycleLetter } from "../../ground/mail/letters.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { ownersOf } from "../../identity/users/owners.ts";
import type { LifeCycleStep } from "../../tenancy/providers/provider-state.ts";
import type { ProviderRow } from "../../tenancy/providers/providers.ts";

/** In the transaction of the step. `link`: where they log in. */
export async function notifyOwners(
  mailer: Mailer,
  tx: Tx,
  row: ProviderRow,
  { step, link }: { readonly step: LifeCycleStep; readonly link: string },
): Promise<void> {
  const endsAtMs = step === "suspend" ? row.sellsUntilMs : row.purgeAtMs;
  const untilText = endsAtMs === null ? "" : timeIn(endsAtMs, row.utcOffsetMinutes);
  for (const to of await ownersOf(tx, row.providerId)) {
    const letter = { to, locale: row.locale, link, providerName: row.name, untilText };
    await mailer.write(tx, row.providerId, lifeCycleLetter(letter, step));
  }
}

/** `2026-11-20 14:05` in the provider's zone. */
function timeIn(atMs: number, utcOffsetMinutes: number): string {
  return new Date(atMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
}
