/** A provider's currency, and the country whose phone numbers its customers have. Until providers have a country, their currency tells it. */

import { type Country, countryOfCurrency } from "@karibu/protocol/phone-number";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

export async function countryOfProvider(tx: Tx, providerId: string): Promise<Country> {
  return countryOfCurrency((await readCurrency(tx, providerId))?.currency);
}

/** ISO 4217. Throws where there is no such provider. */
export async function currencyOfProvider(tx: Tx, providerId: string): Promise<string> {
  const row = await readCurrency(tx, providerId);
  if (row === undefined) throw new Error(`no provider ${providerId}`);
  return row.currency;
}

const readCurrency = (tx: Tx, providerId: string) =>
  tx.selectFrom("providers").select("currency").where("providerId", "=", providerId).executeTakeFirst();

/** What the provider trades in, as a column. */
export const ownCurrency = (providerId: string): RawBuilder<string> =>
  sql`(select currency from providers where provider_id = ${providerId})`;
