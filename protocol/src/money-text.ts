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

export function moneyText(cents: number, currency: string): string {
  const { symbol, amount } = money(cents, currency);
  return `${symbol} ${amount}`;
}

function groupThousands(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
}
