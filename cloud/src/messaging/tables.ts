import type { Generated } from "kysely";
import type { Party } from "../ground/amounts/parties.ts";

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
    state: "waiting" | "accepted" | "delivered" | "failed";
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
