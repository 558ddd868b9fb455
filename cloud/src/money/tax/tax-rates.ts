/**
 * Rates that the hub knows, by country and the day from which they hold. They are what a provider's settings begin with, not advice: rates
 * change with each finance act, so a provider can put a rate of its own above them from any day on (`own_tax_rates`). Countries that are not
 * listed have no rate until their provider sets one. Pure.
 */
import type { Rates, Treatment } from "./tax-arithmetic.ts";

export type Tax = "vat" | "excise";

export interface DatedRate {
  readonly tax: Tax;
  /** `2023-07-01`: the first day on which it holds. */
  readonly fromDay: string;
  readonly rateBp: number;
}

export type TaxCountry = "KE" | "UG" | "TZ";

export const knownRates: Readonly<Record<TaxCountry, readonly DatedRate[]>> = {
  KE: [
    { tax: "vat", fromDay: "2021-01-01", rateBp: 1600 }, // VAT Act 2013, s. 5; back from 14 % by Legal Notice 206 of 2020
    { tax: "excise", fromDay: "2021-07-01", rateBp: 2000 }, // Finance Act 2021: telephone and internet data services
    { tax: "excise", fromDay: "2023-07-01", rateBp: 1500 }, // Finance Act 2023: the same services
  ],
  UG: [
    { tax: "vat", fromDay: "2006-07-01", rateBp: 1800 }, // VAT Act cap. 349, fourth schedule
    { tax: "excise", fromDay: "2021-07-01", rateBp: 1200 }, // Excise Duty (Amendment) Act 2021: internet data, not for medical and school use
  ],
  TZ: [
    { tax: "vat", fromDay: "2015-07-01", rateBp: 1800 }, // VAT Act 2014, s. 5; 16 % for consumers who pay electronically since 2025-09: own rate
    { tax: "excise", fromDay: "2014-07-01", rateBp: 1700 }, // Excise (Management and Tariff) Act: electronic communication services
  ],
};

/** Null: nothing is known of this currency's country. */
export function taxCountryOf(currency: string): TaxCountry | null {
  const country = currency.slice(0, 2);
  return Object.hasOwn(knownRates, country) ? (country as TaxCountry) : null;
}

/** The rate of a day, or null where there is none. A provider's own rates stand above known ones from their first day on. */
export function rateOn(
  tax: Tax,
  day: string,
  { country, own }: { readonly country: TaxCountry | null; readonly own: readonly DatedRate[] },
): DatedRate | null {
  const known = country === null ? [] : knownRates[country];
  return newest(own, tax, day) ?? newest(known, tax, day);
}

function newest(rates: readonly DatedRate[], tax: Tax, day: string): DatedRate | null {
  const holding = rates.filter((rate) => rate.tax === tax && rate.fromDay <= day);
  return holding.toSorted((one, other) => (one.fromDay < other.fromDay ? 1 : -1))[0] ?? null;
}

export interface Taxpayer {
  readonly country: TaxCountry | null;
  readonly vatRegistered: boolean;
  readonly exciseRegistered: boolean;
  readonly own: readonly DatedRate[];
}

/** What a line of this day contains. Who is not registered for a tax charges none of it. */
export function ratesFor(taxpayer: Taxpayer, treatment: Treatment, day: string): Rates {
  const rate = (tax: Tax, isDue: boolean): number => (isDue ? (rateOn(tax, day, taxpayer)?.rateBp ?? 0) : 0);
  const hasVat = treatment === "standard" || treatment === "no-excise";
  return {
    vatBp: rate("vat", hasVat && taxpayer.vatRegistered),
    exciseBp: rate("excise", treatment === "standard" && taxpayer.exciseRegistered),
  };
}
