/**
 * In which ways a payment or a voucher can be refunded, and what stands in the way of the others. Asked before anything is
 * revoked: a refund that can't be sent must not cost the customer their internet. Pure.
 */
import type { RefundRow } from "./refund-rows.ts";

export type RefundMethod = RefundRow["method"];
export const refundMethods = ["reversal", "payout", "channel", "credit", "cash"] as const satisfies RefundMethod[];

export interface RefundFacts {
  readonly isVoucher: boolean;
  /** The money is proved: by the channel itself, by a second source, or staff took it in cash. */
  readonly isProven: boolean;
  /** What the receipt is over, minor units; null: no channel was paid. */
  readonly receiptCents: number | null;
  /** Most that its channel may still refund: what of the price this receipt paid, less what went back that way. */
  readonly channelCents: number;
  /** The price came in several payments, and this receipt is the last of them. */
  readonly isLastPart: boolean;
  /** What is to be refunded, minor units. */
  readonly amountCents: number;
  /** The payer's number is known in full. */
  readonly hasPhone: boolean;
  /** Null: no channel was paid. */
  readonly channel: {
    /** It has reversals and payouts, as asynchronous calls. */
    readonly hasAsyncCalls: boolean;
    /** What keeps it from reversals and payouts (`asyncCallProblem`); null: nothing. */
    readonly missing: string | null;
    /** It gives money back in one call. */
    readonly refunds: boolean;
    /** And only the whole of a payment. */
    readonly wholeOnly: boolean;
  } | null;
}

/** Per way what stands against it, for people; null: it can be done. */
export type RefundWays = Readonly<Record<RefundMethod, string | null>>;

export const unproven = "nobody but a callback has told of this money: ask the channel first";

export function refundWays(facts: RefundFacts): RefundWays {
  const proven = facts.isProven ? null : unproven;
  return {
    reversal: byAsyncCall(facts) ?? whole(facts, "M-Pesa reverses") ?? proven,
    payout:
      byAsyncCall(facts) ??
      (facts.hasPhone ? null : "the payer's phone number is not known in full") ??
      (facts.amountCents % 100 === 0 ? null : "M-Pesa pays out whole shillings only") ??
      withinChannel(facts) ??
      proven,
    channel: throughItself(facts) ?? withinChannel(facts) ?? proven,
    credit: proven,
    cash: proven,
  };
}

const noChannel = "what was sold for cash by its code is given back in cash or into a customer's credit";

function byAsyncCall({ isVoucher, channel }: RefundFacts): string | null {
  if (isVoucher || channel === null) return noChannel;
  return channel.hasAsyncCalls ? channel.missing : "this payment did not come through M-Pesa";
}

function throughItself(facts: RefundFacts): string | null {
  const { isVoucher, channel } = facts;
  if (isVoucher || channel === null) return noChannel;
  if (!channel.refunds) return "this channel gives nothing back by itself";
  return channel.wholeOnly ? whole(facts, "this channel gives back") : null;
}

/** A channel refunds no more than came through it; the rest of a price that was paid in parts goes another way. */
function withinChannel({ amountCents, channelCents }: RefundFacts): string | null {
  return amountCents <= channelCents ? null : `${channelCents / 100} at most can be given back this way`;
}

function whole({ receiptCents, amountCents, isLastPart }: RefundFacts, who: string): string | null {
  if (isLastPart) return `the price came in several payments, and ${who} one as a whole only`;
  return receiptCents === amountCents ? null : `${who} a payment as a whole only`;
}
