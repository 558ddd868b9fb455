/** The countries whose mobile numbers we know. The portal's first view needs no more of them than which one it is: numbers are in `phone-number.ts`. */

export const countries = ["KE", "UG", "TZ", "RW", "ZM", "GH", "ET", "NG", "ZA"] as const;
export type Country = (typeof countries)[number];

/** Where the provider's country is not at hand. */
export const defaultCountry: Country = "KE";

/**
 * A provider has a currency and no country yet. A currency begins with the code of its country (ISO 4217). Of a country that is
 * not listed: the default.
 */
export function countryOfCurrency(currency: string | undefined): Country {
  return countries.find((country) => currency?.startsWith(country)) ?? defaultCountry;
}
