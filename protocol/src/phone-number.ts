/**
 * Mobile numbers as people type them, by the provider's country. Lists of prefixes go stale (new ranges open every year), so only
 * the shape is checked; whether the number exists is for the payment channel to say.
 */

import type { Country } from "./country.ts";

export { type Country, countryOfCurrency, defaultCountry } from "./country.ts";

/**
 * Calling code, the first digits of mobile numbers without it and without the 0 in front, and how many digits follow. All of them write a 0
 * in front at home (ITU E.164). Few bytes: a phone waits for them.
 */
const shapes: Readonly<Record<Country, readonly [callingCode: string, firstDigits: string, more: number]>> = {
  KE: ["254", "17", 8],
  UG: ["256", "7", 8],
  TZ: ["255", "67", 8],
  RW: ["250", "7", 8],
  ZM: ["260", "79", 8],
  GH: ["233", "25", 8],
  ET: ["251", "79", 8],
  NG: ["234", "789", 9],
  ZA: ["27", "678", 8],
};
/** The calling code of any of these countries, in front of a number as it is typed: `27…` without a sign may be a number of Ghana. */
export const callingCodePattern = /^\+?(?:25[01456]|260|23[34])|^\+27/;

/**
 * In Kenya `07…`, `01…`, `7…`, `1…`, `254…`, `+254…`, `00254…`, `2540…` with any spacing, as an MSISDN: digits with the calling code. Null: not
 * the shape of a mobile number of this country.
 */
export function normalisePhone(typed: string, country: Country): string | null {
  const [callingCode, firstDigits, more] = shapes[country];
  const parts = new RegExp(`^(?:${callingCode})?0?([${firstDigits}]\\d{${more}})$`).exec(digitsOf(typed));
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
  const [callingCode, firstDigits, more] = shapes[country];
  const digits = digitsOf(typed);
  return digits !== "" && new RegExp(`^(?:${callingCode})?0?(?:[${firstDigits}]\\d{0,${more - 1}})?$`).test(digits);
}

/** How the MSISDN begins whose first digits somebody typed, with the calling code. Null: not the beginning of a mobile number of this country. */
export function msisdnBeginning(typed: string, country: Country): string | null {
  const [callingCode, firstDigits, more] = shapes[country];
  const parts = new RegExp(`^(?:${callingCode})?0?([${firstDigits}]\\d{0,${more}})$`).exec(digitsOf(typed));
  return parts && callingCode + parts[1];
}

/** The first digits that the MSISDNs of mobile numbers of this country have. */
export function mobileBeginnings(country: Country): string[] {
  const [callingCode, firstDigits] = shapes[country];
  return Array.from(firstDigits, (digit) => callingCode + digit);
}

/** An MSISDN as people read it at home: `0712 345 678`. */
export function showPhone(phone: string): string {
  const typed = phone.replace(/^(?:27(?=.{9}$)|2..)/, "0");
  return `${typed.slice(0, 4)} ${typed.slice(4, 7)} ${typed.slice(7)}`;
}
