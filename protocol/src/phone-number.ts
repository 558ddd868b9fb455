/**
 * Mobile numbers as people type them, by the provider's country. Lists of prefixes go stale (new ranges open every year), so only
 * the shape is checked; whether the number exists is for the payment channel to say.
 */

export type Country = "KE" | "UG" | "TZ" | "RW" | "ZM" | "GH";

/**
 * Calling code, and the first digits of mobile numbers without it and without the 0 in front; eight digits follow. All of them write a 0
 * in front at home (ITU E.164). Few bytes: each script of the portal has a copy.
 */
const shapes: Readonly<Record<Country, readonly [callingCode: string, firstDigits: string]>> = {
  KE: ["254", "17"],
  UG: ["256", "7"],
  TZ: ["255", "67"],
  RW: ["250", "7"],
  ZM: ["260", "79"],
  GH: ["233", "25"],
};
/** The calling code of any of these countries, in front of a number. */
export const callingCodePattern = /^\+?(?:25[0456]|260|233)/;

/** Where the provider's country is not at hand. */
export const defaultCountry: Country = "KE";

/**
 * A provider has a currency and no country yet. A currency begins with the code of its country (ISO 4217). Of a country that is
 * not listed: the default.
 */
export function countryOfCurrency(currency: string | undefined): Country {
  const country = currency?.slice(0, 2) as Country;
  return country in shapes ? country : defaultCountry;
}

/**
 * In Kenya `07…`, `01…`, `7…`, `1…`, `254…`, `+254…`, `00254…`, `2540…` with any spacing, as 12 digits with the calling code. Null: not
 * the shape of a mobile number of this country.
 */
export function normalisePhone(typed: string, country: Country): string | null {
  const [callingCode, firstDigits] = shapes[country];
  const parts = new RegExp(`^(?:${callingCode})?0?([${firstDigits}]\\d{8})$`).exec(digitsOf(typed));
  return parts && callingCode + parts[1];
}

/** Without spacing, and without the sign or zeros of an international number. */
const digitsOf = (typed: string): string =>
  typed
    .normalize("NFKC")
    .replace(/[\s().\-+]/g, "")
    .replace(/^00/, "");

/** Is it the beginning of a mobile number of this country, with digits missing? */
export function isTooShort(typed: string, country: Country): boolean {
  const [callingCode, firstDigits] = shapes[country];
  const digits = digitsOf(typed);
  return digits !== "" && new RegExp(`^(?:${callingCode})?0?(?:[${firstDigits}]\\d{0,7})?$`).test(digits);
}

/** 12 digits as people read them at home: `0712 345 678`. */
export function showPhone(phone: string): string {
  const typed = phone.replace(callingCodePattern, "0");
  return `${typed.slice(0, 4)} ${typed.slice(4, 7)} ${typed.slice(7)}`;
}
