import type { ColumnType, Generated, Selectable } from "kysely";

export interface ChannelTables {
  channels: {
    provider_id: string;
    channel_id: string;
    /** One of the kinds that the channel definitions list. */
    kind: string;
    name: string;
    shortcode: string;
    environment: "sandbox" | "production";
    keys_sealed: Buffer;
    /** Of the secret in the addresses of prompts, results and notices. */
    hook_token_hash: string;
    /** Of the secret in the addresses of confirmations; null: the same one still. */
    notice_token_hash: Generated<string | null>;
    active: boolean;
    store_number: string | null;
    settings: ColumnType<ChannelSettings, ChannelSettings | undefined, ChannelSettings>;
    password_set_at_ms: number | null;
    password_reminded_at_ms: number | null;
    keys_checked_at_ms: number | null;
    keys_problem: string | null;
    /** The keys that sell. */
    keys_entered_at_ms: Generated<number>;
    /** When the channel first took a request for money that was made with the present keys. Null: nobody has seen that they all fit. */
    request_accepted_at_ms: Generated<number | null>;
    /** Grows with each change of the initiator: a result of an earlier one says nothing about the present one. */
    initiator_version: Generated<number>;
    initiator_code: string | null;
    initiator_problem: string | null;
    initiator_stopped_at_ms: number | null;
    initiator_proved_at_ms: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  hook_tokens: {
    provider_id: string;
    channel_id: string;
    use: HookUse;
    token_hash: string;
    made_at_ms: Generated<number | null>;
    replaced_at_ms: Generated<number | null>;
    last_at_ms: Generated<number | null>;
  };
  site_channels: { provider_id: string; site_id: string; channel_id: string };
  channel_calls: {
    provider_id: string;
    call_id: string;
    channel_id: string;
    kind: AsyncCallKind;
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
}

/** What a secret in a callback address is for: prompts (and results, notices), or confirmations of money. */
export type HookUse = "push" | "confirmation";

/** Calls whose result comes later by a callback. An initiator signs them. */
export type AsyncCallKind = "status" | "reversal" | "payout" | "balance" | "payout-status";

/** What a channel's row keeps in the clear. Nothing here gives access to anything. */
export interface ChannelSettings {
  /** Who signs asynchronous calls. */
  readonly initiatorName?: string;
  /** The currency that it moves, where its keys decide that: an account of Airtel's belongs to one country. */
  readonly currency?: string;
  /** The addresses for money that no request asked for are registered with the channel. */
  readonly registered?: boolean;
  readonly responseType?: "Completed" | "Cancelled";
  readonly c2bVersion?: "v1" | "v2";
  /** We may read the channel's list of what came in. */
  readonly pulls?: boolean;
  /** Pesapal's id of our notification address, and the address: another one needs another id. */
  readonly noticeId?: string;
  readonly noticeUrl?: string;
}

export type ChannelRow = Selectable<ChannelTables["channels"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends ChannelTables {}
}
