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

/** What stands against a way: a code for pages, which say it in their own language, and a sentence in English. */
export interface WayProblem {
  readonly code: WayProblemCode;
  readonly text: string;
  /** Of `more-than-left`: the most that can go this way, minor units. Null: the code says it all. */
  readonly amountCents: number | null;
}

export const wayProblemCodes = [
  "unproven",
  "no-channel-paid",
  "not-through-mpesa",
  "calls-missing",
  "channel-refunds-nothing",
  "phone-unknown",
  "whole-shillings",
  "more-than-left",
  "several-payments",
  "whole-only",
] as const;
type WayProblemCode = (typeof wayProblemCodes)[number];

/** Per way what stands against it; null: it can be done. */
export type RefundWays = Readonly<Record<RefundMethod, WayProblem | null>>;

const against = (code: WayProblemCode, text: string, amountCents: number | null = null): WayProblem => ({
  code,
  text,
  amountCents,
});

export const unproven = against("unproven", "nobody but a callback has told of this money: ask the channel first");

export function refundWays(facts: RefundFacts): RefundWays {
  const proven = facts.isProven ? null : unproven;
  return {
    reversal: byAsyncCall(facts) ?? whole(facts, "M-Pesa reverses") ?? proven,
    payout:
      byAsyncCall(facts) ??
      (facts.hasPhone ? null : against("phone-unknown", "the payer's phone number is not known in full")) ??
      (facts.amountCents % 100 === 0 ? null : against("whole-shillings", "M-Pesa pays out whole shillings only")) ??
      withinChannel(facts) ??
      proven,
    channel: throughItself(facts) ?? withinChannel(facts) ?? proven,
    credit: proven,
    cash: proven,
  };
}

const noChannel = against(
  "no-channel-paid",
  "what was sold for cash by its code is given back in cash or into a customer's credit",
);

function byAsyncCall({ isVoucher, channel }: RefundFacts): WayProblem | null {
  if (isVoucher || channel === null) return noChannel;
  if (!channel.hasAsyncCalls) return against("not-through-mpesa", "this payment did not come through M-Pesa");
  return channel.missing === null ? null : against("calls-missing", channel.missing);
}

function throughItself(facts: RefundFacts): WayProblem | null {
  const { isVoucher, channel } = facts;
  if (isVoucher || channel === null) return noChannel;
  if (!channel.refunds) return against("channel-refunds-nothing", "this channel gives nothing back by itself");
  return channel.wholeOnly ? whole(facts, "this channel gives back") : null;
}

/** A channel refunds no more than came through it; the rest of a price that was paid in parts goes another way. */
function withinChannel({ amountCents, channelCents }: RefundFacts): WayProblem | null {
  if (amountCents <= channelCents) return null;
  return against("more-than-left", `${channelCents / 100} at most can be given back this way`, channelCents);
}

function whole({ receiptCents, amountCents, isLastPart }: RefundFacts, who: string): WayProblem | null {
  if (isLastPart)
    return against("several-payments", `the price came in several payments, and ${who} one as a whole only`);
  return receiptCents === amountCents ? null : against("whole-only", `${who} a payment as a whole only`);
}
