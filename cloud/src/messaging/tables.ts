import type { Generated } from "kysely";
import type { Party } from "../ground/amounts/parties.ts";

export const messageStates = ["waiting", "sending", "accepted", "delivered", "failed", "unknown"] as const;
export type MessageState = (typeof messageStates)[number];

export interface MessageTables {
  message_senders: {
    provider_id: string;
    sender_id: string;
    kind: "africastalking" | "advanta" | "twilio";
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
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../ground/db/schema.ts" {
  interface Schema extends MessageTables {}
}
