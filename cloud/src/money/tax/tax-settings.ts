/** What a provider said of its taxes and its documents. */

import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { currencyOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { Rates, Treatment } from "./tax-arithmetic.ts";
import { type DatedRate, ratesFor, type TaxCountry, taxCountryOf } from "./tax-rates.ts";

type Row = Selectable<Schema["tax_settings"]>;

export interface TaxSettings {
  /** Null: the provider's name. */
  readonly legalName: string | null;
  readonly taxPin: string | null;
  readonly address: string | null;
  readonly paymentWords: string | null;
  readonly colour: string;
  readonly pictureId: string | null;
  readonly vatRegistered: boolean;
  readonly exciseRegistered: boolean;
  readonly numberPrefix: string;
  /** 1 to 12: a fiscal year begins with it. */
  readonly fiscalMonth: number;
  readonly subscriptionDocuments: Row["subscription_documents"];
  readonly salesSummaries: boolean;
  readonly authority: Row["authority"];
  readonly branch: string;
}

/** Of who chose none. */
export const plainColour = "#1d4d3a";

const untold: TaxSettings = {
  legalName: null,
  taxPin: null,
  address: null,
  paymentWords: null,
  colour: plainColour,
  pictureId: null,
  vatRegistered: false,
  exciseRegistered: false,
  numberPrefix: "",
  fiscalMonth: 1,
  subscriptionDocuments: "each",
  salesSummaries: false,
  authority: "none",
  branch: "00",
};

export async function readTaxSettings(tx: Tx, providerId: string): Promise<TaxSettings> {
  const row = await tx.selectFrom("tax_settings").selectAll().where("provider_id", "=", providerId).executeTakeFirst();
  if (row === undefined) return untold;
  return {
    legalName: row.legal_name,
    taxPin: row.tax_pin,
    address: row.address,
    paymentWords: row.payment_words,
    colour: row.colour,
    pictureId: row.picture_id,
    vatRegistered: row.vat_registered,
    exciseRegistered: row.excise_registered,
    numberPrefix: row.number_prefix,
    fiscalMonth: row.fiscal_month,
    subscriptionDocuments: row.subscription_documents,
    salesSummaries: row.sales_summaries,
    authority: row.authority,
    branch: row.branch,
  };
}

export async function writeTaxSettings(tx: Tx, providerId: string, settings: TaxSettings, atMs: number): Promise<void> {
  const columns = {
    legal_name: settings.legalName,
    tax_pin: settings.taxPin,
    address: settings.address,
    payment_words: settings.paymentWords,
    colour: settings.colour,
    picture_id: settings.pictureId,
    vat_registered: settings.vatRegistered,
    excise_registered: settings.exciseRegistered,
    number_prefix: settings.numberPrefix,
    fiscal_month: settings.fiscalMonth,
    subscription_documents: settings.subscriptionDocuments,
    sales_summaries: settings.salesSummaries,
    authority: settings.authority,
    branch: settings.branch,
    updated_at_ms: atMs,
  };
  await tx
    .insertInto("tax_settings")
    .values({ provider_id: providerId, ...columns })
    .onConflict((on) => on.column("provider_id").doUpdateSet(columns))
    .execute();
}

/** A provider's rates and plans, read once for many lines. */
export interface TaxTable {
  readonly country: TaxCountry | null;
  /** @param day of the supply, `2026-11-22` */
  ratesOf(treatment: Treatment, day: string): Rates;
  /** `standard`, where nothing was said of it. */
  treatmentOf(planId: string | null): Treatment;
}

export async function readTaxTable(tx: Tx, providerId: string): Promise<TaxTable> {
  const { vatRegistered, exciseRegistered } = await readTaxSettings(tx, providerId);
  const country = await taxCountryOfProvider(tx, providerId);
  const taxpayer = { country, vatRegistered, exciseRegistered, own: await readOwnRates(tx, providerId) };
  const plans = new Map((await readPlanTaxes(tx, providerId)).map((row) => [row.planId, row.treatment]));
  return {
    country,
    ratesOf: (treatment, day) => ratesFor(taxpayer, treatment, day),
    treatmentOf: (planId) => (planId === null ? "standard" : (plans.get(planId) ?? "standard")),
  };
}

export async function taxCountryOfProvider(tx: Tx, providerId: string): Promise<TaxCountry | null> {
  const currency = await currencyOfProvider(tx, providerId);
  return taxCountryOf(currency);
}

export interface OwnRate extends DatedRate {
  readonly note: string | null;
}

export async function readOwnRates(tx: Tx, providerId: string): Promise<OwnRate[]> {
  const rows = await tx
    .selectFrom("own_tax_rates")
    .selectAll()
    .where("provider_id", "=", providerId)
    .orderBy("tax")
    .orderBy("from_day", "desc")
    .execute();
  return rows.map(({ tax, from_day: fromDay, rate_bp: rateBp, note }) => ({ tax, fromDay, rateBp, note }));
}

export interface PlanTax {
  readonly planId: string;
  readonly treatment: Schema["plan_taxes"]["treatment"];
}

export async function readPlanTaxes(tx: Tx, providerId: string): Promise<PlanTax[]> {
  return tx
    .selectFrom("plan_taxes")
    .select(["plan_id as planId", "treatment"])
    .where("provider_id", "=", providerId)
    .orderBy("plan_id")
    .execute();
}

export async function readBuyerPin(tx: Tx, customerId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("buyer_pins")
    .select("tax_pin")
    .where("customer_id", "=", customerId)
    .executeTakeFirst();
  return row?.tax_pin ?? null;
}
