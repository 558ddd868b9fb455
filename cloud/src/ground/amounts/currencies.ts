/**
 * Currencies a provider may sell in. All amounts are whole minor units, and 100 minor units are 1 of the currency. This also
 * holds for currencies without coins (UGX, RWF), so that every screen has one rule. `perShilling` only scales the prices of the
 * standard plans of a new provider, who then sets their own.
 */
export const currencies = {
  KES: { perShilling: 1 },
  TZS: { perShilling: 20 },
  UGX: { perShilling: 30 },
  RWF: { perShilling: 10 },
  ETB: { perShilling: 1 },
  ZMW: { perShilling: 0.2 },
  GHS: { perShilling: 0.1 },
  NGN: { perShilling: 12 },
  ZAR: { perShilling: 0.15 },
  USD: { perShilling: 0.01 },
  EUR: { perShilling: 0.01 },
} as const;

export type Currency = keyof typeof currencies;
export const currencyCodes = Object.keys(currencies) as [Currency, ...Currency[]];
