/** The country whose phone numbers a provider's customers have. Until providers have a country, their currency tells it. */
import { type Country, countryOfCurrency } from "@karibu/protocol/phone-number";
import type { Tx } from "../../ground/db/database.ts";

export async function countryOfProvider(tx: Tx, providerId: string): Promise<Country> {
  const row = await tx
    .selectFrom("providers")
    .select("currency")
    .where("provider_id", "=", providerId)
    .executeTakeFirst();
  return countryOfCurrency(row?.currency);
}
