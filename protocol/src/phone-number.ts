/**
 * Kenyan mobile numbers as people type them. Prefix lists go stale (new ranges open every year), so only the shape is
 * checked; whether the number exists is for the payment channel to say.
 */

/** `07…`, `01…`, `7…`, `1…`, `254…`, `+254…`, `00254…`, `2540…` with any spacing, as 12 digits; null when it is none. */
export function normaliseKenyanPhone(typed: string): string | null {
  const digits = typed
    .normalize("NFKC")
    .replace(/[\s().\-+]/g, "")
    .replace(/^00/, "");
  const national = digits.replace(/^254/, "").replace(/^0/, "");
  if (!/^[17]\d{8}$/.test(national) || !/^(254)?0?[17]\d{8}$/.test(digits)) return null;
  return `254${national}`;
}

/** 12 digits as people read them: `0712 345 678`. */
export function showKenyanPhone(phone: string): string {
  const national = phone.replace(/^254/, "0");
  return `${national.slice(0, 4)} ${national.slice(4, 7)} ${national.slice(7)}`;
}
