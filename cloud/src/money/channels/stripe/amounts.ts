/**
 * Amounts as Stripe writes them: whole units of the smallest coin that it knows of a currency. Our own minor units are hundredths of
 * every currency. Stripe has no coin below the franc in Rwanda, so it takes whole francs there. It writes Ugandan shillings
 * in hundredths, but only whole shillings can be paid. Source: Stripe's page of currencies (zero-decimal and special cases).
 */
interface StripeCoin {
  /** How many of our minor units are one of Stripe's. */
  readonly unitCents: number;
  /** The smallest step of an amount, in our minor units. */
  readonly stepCents: number;
}

const hundredths: StripeCoin = { unitCents: 1, stepCents: 1 };
const coins: Readonly<Record<string, StripeCoin>> = {
  RWF: { unitCents: 100, stepCents: 100 },
  UGX: { unitCents: 1, stepCents: 100 },
};

const coinOf = (currency: string): StripeCoin => coins[currency.toUpperCase()] ?? hundredths;

/** The smallest step of an amount in this currency, minor units. */
export const stripeStepCents = (currency: string): number => coinOf(currency).stepCents;

/** @returns the amount in Stripe's units; null: Stripe can't express it */
export function toStripeAmount(amountCents: number, currency: string): number | null {
  const { unitCents, stepCents } = coinOf(currency);
  return amountCents % stepCents === 0 ? amountCents / unitCents : null;
}

/** @param amount as Stripe wrote it. @returns minor units; null: this is no amount of money */
export function fromStripeAmount(amount: unknown, currency: string): number | null {
  const amountCents = Number.isSafeInteger(amount) ? Number(amount) * coinOf(currency).unitCents : 0;
  return Number.isSafeInteger(amountCents) && amountCents > 0 ? amountCents : null;
}
