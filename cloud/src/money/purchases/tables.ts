import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType, Generated, Selectable } from "kysely";
import type { EvidenceSource, FailureReason } from "../evidence/evidence.ts";
import type { IntentState, ReceiptState, Review } from "./payment-facts.ts";

export interface PaymentTables {
  channels: {
    provider_id: string;
    channel_id: string;
    kind: ChannelKind;
    name: string;
    shortcode: string;
    environment: "sandbox" | "production";
    keys_sealed: Buffer;
    hook_token_hash: string;
    active: boolean;
    store_number: string | null;
    settings: ColumnType<ChannelSettings, ChannelSettings | undefined, ChannelSettings>;
    password_set_at_ms: number | null;
    password_reminded_at_ms: number | null;
    keys_checked_at_ms: number | null;
    keys_problem: string | null;
    /** One more with each change of the initiator: a result of an earlier one says nothing about it. */
    initiator_version: Generated<number>;
    initiator_code: string | null;
    initiator_problem: string | null;
    initiator_stopped_at_ms: number | null;
    initiator_proved_at_ms: number | null;
    initiator_untold: Generated<boolean>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  site_channels: { provider_id: string; site_id: string; channel_id: string };
  channel_tokens: {
    provider_id: string;
    app: string;
    token_sealed: Buffer | null;
    ends_at_ms: Generated<number>;
    lease_until_ms: Generated<number>;
  };
  intents: {
    provider_id: string;
    intent_id: string;
    channel_id: string;
    site_id: string;
    plan_id: string;
    plan_name: string;
    terms: ColumnType<Terms, Terms, never>;
    amount_cents: number;
    currency: string;
    phone_sealed: Buffer;
    phone_hash: string;
    phone_masked: string;
    idempotency_key: string;
    reference: string;
    secret_hash: string;
    state: IntentState;
    reason: FailureReason | null;
    request_id: string | null;
    request_id_from: "answer" | "callback" | null;
    receipt: string | null;
    unreceipted: ColumnType<boolean, boolean | undefined, boolean>;
    corroborated: ColumnType<boolean, boolean | undefined, boolean>;
    review: Review | null;
    questions: ColumnType<number, number | undefined, number>;
    held_cents: Generated<number>;
    redirect_url: string | null;
    waits_since_ms: number | null;
    claimed_at_ms: number | null;
    renews_grant_id: string | null;
    customer_id: string | null;
    sold_by: string | null;
    created_at_ms: number;
    sent_at_ms: number | null;
    changed_at_ms: number;
  };
  evidence: {
    provider_id: string;
    evidence_id: string;
    channel_id: string;
    intent_id: string | null;
    source: string;
    natural_key: string;
    body_hash: string;
    body: string;
    remote_address: string | null;
    received_at_ms: number;
    state: "new" | "parked" | "done" | "stray";
    outcome: string | null;
    receipt: string | null;
    /** A person has looked at this stray. */
    seen_at_ms: number | null;
  };
  stray_callbacks: {
    stray_id: string;
    path: string;
    reason: string;
    body: string;
    remote_address: string | null;
    received_at_ms: number;
  };
  receipts: {
    provider_id: string;
    rail: string;
    receipt: string;
    channel_id: string;
    intent_id: string | null;
    amount_cents: number;
    plan_cents: number;
    credit_cents: number;
    currency: string;
    entry_id: string;
    booked_at_ms: number;
    suspense_cents: Generated<number>;
    state: Generated<ReceiptState>;
    source: Generated<EvidenceSource>;
    corroborated: Generated<boolean>;
    party: string | null;
    payer_hash: string | null;
    payer_masked: string | null;
    payer_name: string | null;
    account_text: string | null;
    paid_at_ms: number | null;
    note: string | null;
  };
  app_budgets: { provider_id: string; app: string; next_at_ms: Generated<number>; asked: Generated<number> };
  channel_calls: {
    provider_id: string;
    call_id: string;
    channel_id: string;
    kind: LaterKind;
    secret_hash: string;
    subject: string;
    state: "sending" | "accepted" | "refused" | "late" | "done";
    conversation_id: string | null;
    answer: string | null;
    result_code: string | null;
    initiator_version: Generated<number>;
    asked_at_ms: number;
    done_at_ms: number | null;
  };
  pull_spans: {
    provider_id: string;
    channel_id: string;
    from_ms: number;
    to_ms: number;
    rows: number;
    read_at_ms: number;
  };
  surprises: {
    provider_id: string;
    source: string;
    what: string;
    times: Generated<number>;
    evidence_id: string | null;
    first_at_ms: number;
    last_at_ms: number;
    seen_at_ms: number | null;
  };
  pay_accounts: {
    provider_id: string;
    account_key: string;
    account_number: string;
    kind: "customer" | "site" | "order";
    party: string | null;
    phone_hash: string | null;
    customer_id: string | null;
    site_id: string | null;
    plan_id: string | null;
    invoice_id: string | null;
    active: Generated<boolean>;
    created_at_ms: number;
  };
  payment_claims: {
    provider_id: string;
    claim_id: string;
    receipt: string | null;
    amount_cents: number | null;
    phone_hash: string | null;
    phone_masked: string | null;
    site_id: string | null;
    user_id: string | null;
    intent_id: string | null;
    state: "open" | "asked" | "settled" | "refused";
    outcome: string | null;
    created_at_ms: number;
    changed_at_ms: number;
    seen_at_ms: number | null;
  };
  money_settings: {
    provider_id: string;
    two_person_refunds: Generated<boolean>;
    strict_accounts: Generated<boolean>;
    sms_after_payment: Generated<boolean>;
    commission_permille: Generated<number>;
    refund_used: Generated<RefundUsed>;
    /** Null: the hub's own. */
    unverified_cents_max: ColumnType<number | null, number | null | undefined, number | null>;
  };
  refunds: {
    provider_id: string;
    refund_id: string;
    idempotency_key: string;
    intent_id: string | null;
    rail: string | null;
    receipt: string | null;
    channel_id: string | null;
    method: "reversal" | "payout" | "credit" | "cash" | "channel";
    amount_cents: number;
    currency: string;
    party: string | null;
    phone_sealed: Buffer | null;
    reason: string;
    state: "asked" | "approved" | "sending" | "sent" | "unknown" | "done" | "failed" | "refused";
    problem: string | null;
    entry_id: string | null;
    result_receipt: string | null;
    asked_by: string;
    approved_by: string | null;
    voucher_id: string | null;
    revoke: Generated<boolean>;
    all_left: Generated<boolean>;
    refused_by: string | null;
    retry_of: string | null;
    resolution: "retried" | "given-up" | "paid" | null;
    resolved_by: string | null;
    resolved_at_ms: number | null;
    note: string | null;
    created_at_ms: number;
    changed_at_ms: number;
  };
  statements: {
    provider_id: string;
    statement_id: string;
    channel_id: string;
    layout: string;
    from_ms: number;
    to_ms: number;
    inflow_rows: number;
    inflow_cents: number;
    file_hash: string;
    imported_by: string;
    imported_at_ms: number;
  };
  statement_lines: {
    provider_id: string;
    statement_id: string;
    line: number;
    receipt: string;
    kind: "inflow" | "reversal" | "charge" | "sweep" | "outflow" | "other";
    amount_cents: number;
    completed_at_ms: number;
    account_text: string | null;
    payer: string | null;
    linked_receipt: string | null;
  };
  statement_differences: {
    provider_id: string;
    channel_id: string;
    receipt: string;
    what: DifferenceKind;
    statement_cents: number;
    booked_cents: number;
    statement_id: string;
    found_at_ms: number;
    resolved_at_ms: number | null;
    resolved_by: string | null;
    note: string | null;
  };
  closed_days: {
    provider_id: string;
    channel_id: string;
    day: string;
    booked_cents: number;
    statement_cents: number;
    closed_by: string;
    closed_at_ms: number;
  };
  renewals: {
    provider_id: string;
    party: string;
    plan_id: string;
    site_id: string;
    active: Generated<boolean>;
    last_intent_id: string | null;
    next_at_ms: number;
    problem: string | null;
    renewal_id: string | null;
    phone_sealed: Buffer | null;
    phone_masked: string | null;
    suspended_at_ms: number | null;
    tries: Generated<number>;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

/** What is given back of a package that was used: nothing, its unused part at most, or whatever a person says. */
export type RefundUsed = "refuse" | "unused-part" | "any";

export const differenceKinds = [
  "not-in-books",
  "not-on-statement",
  "amount-differs",
  "reversed-at-channel",
  "reversed-in-books",
  "reversal-unmatched",
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Calls to M-Pesa whose result comes later; an initiator signs them. */
export type LaterKind = "status" | "reversal" | "payout" | "balance";

export const channelKindNames = ["mpesa-paybill", "mpesa-till", "pesapal", "stripe", "cash", "credit"] as const;
export type ChannelKind = (typeof channelKindNames)[number];

/** What a channel's row keeps in the clear: nothing here opens anything. */
export interface ChannelSettings {
  /** Who signs calls for status, reversal and payout. */
  readonly initiatorName?: string;
  /** The URLs for money that no push asked for are registered with the channel. */
  readonly registered?: boolean;
  readonly responseType?: "Completed" | "Cancelled";
  readonly c2bVersion?: "v1" | "v2";
  readonly pulls?: boolean;
  /** Pesapal's id of our notification address. */
  readonly noticeId?: string;
}

export type ChannelRow = Selectable<PaymentTables["channels"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends PaymentTables {}
}
