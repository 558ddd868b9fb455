/**
 * Currencies a provider may sell in. All amounts are whole minor units, and 100 minor units are 1 of the currency. This also
 * holds for currencies without coins (UGX, RWF), so that every screen has one rule. `perShilling` only scales the prices of the
 * standard plans of a new provider, who then sets their own. `utcOffsetMinutes` is the time zone that a new provider begins with:
 * that of the currency's country; for USD and EUR that of Nairobi.
 */
export const currencies = {
  KES: { perShilling: 1, utcOffsetMinutes: 180 },
  TZS: { perShilling: 20, utcOffsetMinutes: 180 },
  UGX: { perShilling: 30, utcOffsetMinutes: 180 },
  RWF: { perShilling: 10, utcOffsetMinutes: 120 },
  ETB: { perShilling: 1, utcOffsetMinutes: 180 },
  ZMW: { perShilling: 0.2, utcOffsetMinutes: 120 },
  GHS: { perShilling: 0.1, utcOffsetMinutes: 0 },
  NGN: { perShilling: 12, utcOffsetMinutes: 60 },
  ZAR: { perShilling: 0.15, utcOffsetMinutes: 120 },
  USD: { perShilling: 0.01, utcOffsetMinutes: 180 },
  EUR: { perShilling: 0.01, utcOffsetMinutes: 180 },
} as const;

export type Currency = keyof typeof currencies;
export const currencyCodes = Object.keys(currencies) as [Currency, ...Currency[]];
