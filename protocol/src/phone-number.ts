/**
 * Mobile numbers as people type them, by the provider's country. Lists of prefixes go stale (new ranges open every year), so only
 * the shape is checked; whether the number exists is for the payment channel to say.
 */

export type Country = "KE" | "UG" | "TZ" | "RW";

/** The calling code, and a mobile number without it and without the 0 in front. All four write a 0 in front at home (ITU E.164). */
const shapes: Readonly<
  Record<Country, { callingCode: string; national: RegExp; adjective: string; currency: string }>
> = {
  KE: { callingCode: "254", national: /^[17]\d{8}$/, adjective: "Kenyan", currency: "KES" },
  UG: { callingCode: "256", national: /^7\d{8}$/, adjective: "Ugandan", currency: "UGX" },
  TZ: { callingCode: "255", national: /^[67]\d{8}$/, adjective: "Tanzanian", currency: "TZS" },
  RW: { callingCode: "250", national: /^7\d{8}$/, adjective: "Rwandan", currency: "RWF" },
};

/** Where the provider's country is not at hand. */
export const defaultCountry: Country = "KE";

/** A provider has a currency and no country yet. A currency of no listed country: the default. */
export function countryOfCurrency(currency: string | undefined): Country {
  const found = Object.entries(shapes).find(([, shape]) => shape.currency === currency);
  return found === undefined ? defaultCountry : (found[0] as Country);
}

/**
 * In Kenya `07…`, `01…`, `7…`, `1…`, `254…`, `+254…`, `00254…`, `2540…` with any spacing, as 12 digits with the calling code. Null: not
 * the shape of a mobile number of this country.
 */
export function normalisePhone(typed: string, country: Country): string | null {
  const { callingCode, national } = shapes[country];
  const digits = typed
    .normalize("NFKC")
    .replace(/[\s().\-+]/g, "")
    .replace(/^00/, "");
  const rest = digits.startsWith(callingCode) ? digits.slice(callingCode.length) : digits;
  const number = rest.replace(/^0/, "");
  return national.test(number) ? `${callingCode}${number}` : null;
}

/** 12 digits as people read them at home: `0712 345 678`. */
export function showPhone(phone: string): string {
  const { national } = splitCallingCode(phone) ?? { national: phone };
  const typed = national === phone ? phone : `0${national}`;
  return `${typed.slice(0, 4)} ${typed.slice(4, 7)} ${typed.slice(7)}`;
}

/** `+254712` is `+254` and `712`. Null: no calling code that we know is in front. */
export function splitCallingCode(digits: string): { callingCode: string; national: string } | null {
  const plus = digits.startsWith("+") ? "+" : "";
  for (const { callingCode } of Object.values(shapes)) {
    const front = `${plus}${callingCode}`;
    if (digits.startsWith(front)) return { callingCode: front, national: digits.slice(front.length) };
  }
  return null;
}

/** Finds mobile numbers of all the countries in a text, to hide them. */
export const phoneInText = /(?<!\d)(?:\+?25[0456]|0)[167]\d{8}(?!\d)/g;

/** For messages: `Kenyan`. */
export const adjectiveOf = (country: Country): string => shapes[country].adjective;
