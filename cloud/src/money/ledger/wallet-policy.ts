/**
 * How much of a purchase a customer's credit pays, where all that is known of the buyer is a phone number that somebody typed. A
 * stranger can type it too, so credit is spent only together with a prompt: the PIN that is entered on that phone is the proof. Pure.
 */
export interface WalletFacts {
  readonly priceCents: number;
  /** What the customer has of proved credit that no other purchase holds. */
  readonly provedCents: number;
  /** How the channel is paid. A page can be paid by anybody's card, so it proves nothing about the phone. */
  readonly pays: "phone" | "page" | "immediate";
  /** The smallest step of the channel's amounts; the price is a multiple of it. */
  readonly stepCents: number;
}

/**
 * @returns what credit pays, minor units, and what the prompt asks for; together they are the price. Credit that covers all of it
 * leaves the channel's smallest amount to the prompt, for without a prompt nothing would be proved.
 */
export function splitPrice({ priceCents, provedCents, pays, stepCents }: WalletFacts): {
  readonly creditCents: number;
  readonly askedCents: number;
} {
  const most = pays === "phone" ? Math.max(0, Math.min(provedCents, priceCents - stepCents)) : 0;
  const creditCents = most - (most % stepCents);
  return { creditCents, askedCents: priceCents - creditCents };
}
