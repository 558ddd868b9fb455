import type { ColumnType, Generated } from "kysely";
import type { Party } from "../ground/amounts/parties.ts";
import type { Locale } from "./texts/every-language.ts";
import type { MessageClass } from "./texts/template-list.ts";

/** `skipped`: it was not to be sent after all; `problem` says why. */
export const messageStates = ["waiting", "sending", "accepted", "delivered", "failed", "unknown", "skipped"] as const;
export type MessageState = (typeof messageStates)[number];

/** E-mails stand in `mail_outbox` too, which sends them; `remote_id` is their id there. */
export const messageChannels = ["sms", "whatsapp", "email"] as const;
export type MessageChannel = (typeof messageChannels)[number];

export const senderKinds = ["africastalking", "advanta", "twilio", "whatsapp"] as const;
export type SenderKind = (typeof senderKinds)[number];

type Optional<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface MessageTables {
  message_senders: {
    provider_id: string;
    sender_id: string;
    kind: SenderKind;
    name: string;
    keys_sealed: Buffer;
    hook_token_hash: string;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
  };
  messages: {
    provider_id: string;
    message_id: string;
    event_key: string;
    template: string;
    to_sealed: Buffer;
    to_hash: Party;
    to_masked: string;
    text_sealed: Buffer;
    sender_id: string | null;
    /**
     * `sending`: from before the gateway is asked until its answer is written. `unknown`: the hub stopped in between, so the gateway may
     * have it. It is not sent again by itself: no gateway can be asked for a message whose number it never told us.
     */
    state: MessageState;
    remote_id: string | null;
    problem: string | null;
    tries: Generated<number>;
    class: ColumnType<MessageClass, MessageClass | undefined, MessageClass>;
    channel: ColumnType<MessageChannel, MessageChannel | undefined, MessageChannel>;
    customer_id: Optional<string>;
    /** `to_sealed` holds the SHA-256 of a number that nobody told us. */
    is_hash: Generated<boolean>;
    /** Of its template's variables, as JSON; for gateways that fill templates themselves. */
    values_sealed: Optional<Buffer>;
    parts: Optional<number>;
    /** Thousandths of a minor unit. */
    cost_millicents: Optional<number>;
    cost_currency: Optional<string>;
    /** By the gateway; else it is the provider's price. */
    cost_told: Generated<boolean>;
    created_at_ms: number;
    changed_at_ms: number;
  };
  message_templates: {
    provider_id: string;
    template: string;
    locale: Locale;
    words: string;
    whatsapp_name: string | null;
    whatsapp_values: ColumnType<readonly string[] | null, readonly string[] | null, readonly string[] | null>;
    changed_by: string;
    changed_at_ms: number;
  };
  message_rules: {
    provider_id: string;
    quiet_from_minute: number;
    quiet_until_minute: number;
    marketing_from_minute: number;
    marketing_until_minute: number;
    way_out: string;
    part_price_millicents: number;
    month_cap_cents: number | null;
    reminder_days: ColumnType<readonly number[], readonly number[], readonly number[]>;
    reminder_minute: number;
    reminds_by_sms: boolean;
    reminds_by_email: boolean;
    notices: boolean;
    grant_notices_hours: number | null;
  };
  message_months: { provider_id: string; month: string; cost_millicents: number };
  message_consents: {
    provider_id: string;
    consent_id: string;
    to_hash: Party;
    to_masked: string;
    customer_id: string | null;
    channel: MessageChannel;
    class: "service" | "marketing";
    allowed: boolean;
    how: "reply" | "link" | "staff" | "customer";
    who: string;
    said: string | null;
    at_ms: number;
  };
  opt_out_links: {
    provider_id: string;
    token_hash: string;
    to_hash: Party;
    to_masked: string;
    customer_id: string | null;
    created_at_ms: number;
  };
}

declare module "../ground/db/schema.ts" {
  interface Schema extends MessageTables {}
}
