/** Payments and channels as the API shows them: phone numbers masked, keys never. */
import { z } from "zod";
import type { Channels } from "../channels/channels.ts";
import { initiatorView, viewInitiator } from "../channels/initiator.ts";
import { sellsNow } from "../channels/selling-channel.ts";
import { type ChannelRow, channelKindNames } from "../channels/tables.ts";
import type { JudgedIntent } from "./judged-intent.ts";

export const paymentView = z.object({
  id: z.string(),
  siteId: z.string(),
  channelId: z.string(),
  /** What kind of channel it came through: only those of M-Pesa put a prompt on a phone. */
  channelKind: z.enum(channelKindNames),
  planId: z.string(),
  planName: z.string(),
  phone: z.string(),
  amountCents: z.int(),
  currency: z.string(),
  reference: z.string(),
  state: z.enum([
    "created",
    "sending",
    "prompted",
    "paid",
    "paid_unreceipted",
    "failed",
    "unknown",
    "reversed",
    "disproved",
  ]),
  reason: z.string().nullable(),
  receipt: z.string().nullable(),
  /** A source that we asked ourselves agrees. */
  verified: z.boolean(),
  /** Why a person should look; null when there is no need. */
  review: z.string().nullable(),
  grantId: z.string().nullable(),
  /** Given back of it so far, however. */
  refundedCents: z.int(),
  createdAtMs: z.int(),
  changedAtMs: z.int(),
});

export const paymentDetail = paymentView.extend({
  receipts: z.array(
    z.object({
      receipt: z.string(),
      amountCents: z.int(),
      planCents: z.int(),
      creditCents: z.int(),
      bookedAtMs: z.int(),
    }),
  ),
  /** What was given back of it, or is to be, the newest first. */
  refunds: z.array(
    z.object({
      id: z.string(),
      method: z.string(),
      amountCents: z.int(),
      state: z.string(),
      problem: z.string().nullable(),
      reason: z.string(),
      createdAtMs: z.int(),
    }),
  ),
  /** Every fact that came in, oldest first, and what it did. */
  evidence: z.array(
    z.object({
      id: z.string(),
      source: z.string(),
      state: z.enum(["new", "parked", "done", "stray"]),
      outcome: z.string().nullable(),
      remoteAddress: z.string().nullable(),
      receivedAtMs: z.int(),
    }),
  ),
});

export const channelView = z.object({
  id: z.string(),
  kind: z.enum(channelKindNames),
  name: z.string(),
  shortcode: z.string(),
  storeNumber: z.string().nullable(),
  /** M-Pesa tells us of money that no prompt asked for. */
  registered: z.boolean(),
  /** We may read its list. */
  pulls: z.boolean(),
  /** Status, reversal and payout can be asked for. */
  hasInitiator: z.boolean(),
  /** What M-Pesa thinks of the initiator; null: such a channel has none. It says nothing about selling. */
  initiator: initiatorView.nullable(),
  /** When the initiator's password was set; it lives 90 days. */
  passwordSetAtMs: z.int().nullable(),
  /** What is against the keys that sell. */
  keysProblem: z.string().nullable(),
  keysCheckedAtMs: z.int().nullable(),
  environment: z.enum(["sandbox", "production"]),
  active: z.boolean(),
  /** Customers can be sent to it now: it is switched on, no desk's, and nothing is against its keys. */
  sells: z.boolean(),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

/** One channel alone: with what has to be entered at its owner's. */
export const channelDetailView = channelView.extend({
  /** Where the channel sends its notices (Stripe's webhook, Pesapal's IPN); null: nothing to enter. */
  noticeUrl: z.string().nullable(),
  /** Claims and payments that wait for a question about their receipt. */
  waiting: z.int(),
});

export function viewPayment(
  row: JudgedIntent & { readonly grant_id: string | null; readonly refunded_cents: number },
): z.input<typeof paymentView> {
  return {
    id: row.intent_id,
    siteId: row.site_id,
    channelId: row.channel_id,
    channelKind: row.kind,
    planId: row.plan_id,
    planName: row.plan_name,
    phone: row.phone_masked,
    amountCents: row.amount_cents,
    currency: row.currency,
    reference: row.reference,
    state: row.state,
    reason: row.reason,
    receipt: row.receipt,
    verified: row.corroborated,
    review: row.review,
    grantId: row.grant_id,
    refundedCents: Number(row.refunded_cents),
    createdAtMs: row.created_at_ms,
    changedAtMs: row.changed_at_ms,
  };
}

export function viewChannel(channels: Channels, row: ChannelRow): z.input<typeof channelView> {
  return {
    id: row.channel_id,
    kind: row.kind,
    name: row.name,
    shortcode: row.shortcode,
    storeNumber: row.store_number,
    registered: row.settings.registered === true,
    pulls: row.settings.pulls === true,
    hasInitiator: row.settings.initiatorName !== undefined,
    initiator: viewInitiator(channels, row),
    passwordSetAtMs: row.password_set_at_ms,
    keysProblem: row.keys_problem,
    keysCheckedAtMs: row.keys_checked_at_ms,
    environment: row.environment,
    active: row.active,
    sells: sellsNow(row),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
