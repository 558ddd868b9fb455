/**
 * What a channel charges for its services: a fee out of what it holds for the provider. A charge stands under the receipt of
 * the payment that it is for, so that it is booked once, whichever source names it first.
 */
import { type LedgerEntry, transferEntry } from "./entries.ts";

export interface ChargedChannel {
  readonly channelId: string;
  readonly rail: string;
  readonly currency: string;
}

export interface Charge {
  readonly receipt: string;
  readonly amountCents: number;
  /** Which one it is of several equal charges under one receipt, from 1. */
  readonly nth?: number;
}

export function chargeEntry(
  { channelId, rail, currency }: ChargedChannel,
  { receipt, amountCents, nth = 1 }: Charge,
): LedgerEntry {
  const key = `charge:${rail}:${receipt}:${amountCents}${nth === 1 ? "" : `:${nth}`}`;
  return transferEntry(key, "charge", { from: `clearing:${channelId}`, to: "fees", amountCents, currency });
}
