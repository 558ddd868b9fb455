/** Money as people read it. Formatted by hand: old captive browsers lack parts of `Intl`. */

const symbols: Record<string, string> = { KES: "KSh", TZS: "TSh", UGX: "USh", RWF: "FRw", USD: "$" };

export interface Money {
  readonly symbol: string;
  readonly amount: string;
}

/** Minor units and currency: 5000, KES is `KSh` and `50`; 1,250,050 is `12,500.50`. */
export function money(cents: number, currency: string): Money {
  const whole = Math.trunc(Math.abs(cents) / 100);
  const rest = Math.abs(cents) % 100;
  const amount = `${cents < 0 ? "-" : ""}${groupThousands(whole)}${rest === 0 ? "" : `.${String(rest).padStart(2, "0")}`}`;
  return { symbol: symbols[currency] ?? currency, amount };
}

/** Currencies without coins: nobody writes decimals. */
const coinless: ReadonlySet<string> = new Set(["UGX", "RWF"]);

/** For files: `50.00`, and `5000` in a currency without coins, unless there is a part of one all the same. No thousands separators. */
export function plainAmount(cents: number, currency: string | null): string {
  return currency !== null && coinless.has(currency) && cents % 100 === 0
    ? String(cents / 100)
    : (cents / 100).toFixed(2);
}

/** `KSh`, or the code where people write no other sign. */
export const currencySign = (currency: string): string => symbols[currency] ?? currency;

export function moneyText(cents: number, currency: string): string {
  const { symbol, amount } = money(cents, currency);
  return `${symbol} ${amount}`;
}

function groupThousands(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
}
