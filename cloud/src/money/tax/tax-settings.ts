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
  readonly subscriptionDocuments: Row["subscriptionDocuments"];
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
  const row = await tx.selectFrom("tax_settings").selectAll().where("providerId", "=", providerId).executeTakeFirst();
  if (row === undefined) return untold;
  return {
    legalName: row.legalName,
    taxPin: row.taxPin,
    address: row.address,
    paymentWords: row.paymentWords,
    colour: row.colour,
    pictureId: row.pictureId,
    vatRegistered: row.vatRegistered,
    exciseRegistered: row.exciseRegistered,
    numberPrefix: row.numberPrefix,
    fiscalMonth: row.fiscalMonth,
    subscriptionDocuments: row.subscriptionDocuments,
    salesSummaries: row.salesSummaries,
    authority: row.authority,
    branch: row.branch,
  };
}

/** When any of it was changed last; 0: never. */
export async function taxSettingsChangedAtMs(tx: Tx, providerId: string): Promise<number> {
  const rows = tx.selectFrom("tax_settings").select("updatedAtMs").where("providerId", "=", providerId);
  return (await rows.executeTakeFirst())?.updatedAtMs ?? 0;
}

export async function writeTaxSettings(tx: Tx, providerId: string, settings: TaxSettings, atMs: number): Promise<void> {
  const columns = {
    legalName: settings.legalName,
    taxPin: settings.taxPin,
    address: settings.address,
    paymentWords: settings.paymentWords,
    colour: settings.colour,
    pictureId: settings.pictureId,
    vatRegistered: settings.vatRegistered,
    exciseRegistered: settings.exciseRegistered,
    numberPrefix: settings.numberPrefix,
    fiscalMonth: settings.fiscalMonth,
    subscriptionDocuments: settings.subscriptionDocuments,
    salesSummaries: settings.salesSummaries,
    authority: settings.authority,
    branch: settings.branch,
    updatedAtMs: atMs,
  };
  await tx
    .insertInto("tax_settings")
    .values({ providerId, ...columns })
    .onConflict((on) => on.column("providerId").doUpdateSet(columns))
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
    .where("providerId", "=", providerId)
    .orderBy("tax")
    .orderBy("fromDay", "desc")
    .execute();
  return rows.map(({ tax, fromDay, rateBp, note }) => ({ tax, fromDay, rateBp, note }));
}

export interface PlanTax {
  readonly planId: string;
  readonly treatment: Schema["plan_taxes"]["treatment"];
}

export async function readPlanTaxes(tx: Tx, providerId: string): Promise<PlanTax[]> {
  return tx
    .selectFrom("plan_taxes")
    .select(["planId", "treatment"])
    .where("providerId", "=", providerId)
    .orderBy("planId")
    .execute();
}

export async function readBuyerPin(tx: Tx, customerId: string): Promise<string | null> {
  const row = await tx
    .selectFrom("buyer_pins")
    .select("taxPin")
    .where("customerId", "=", customerId)
    .executeTakeFirst();
  return row?.taxPin ?? null;
}
