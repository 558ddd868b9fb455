import type { ColumnType } from "kysely";

type Optional<Value> = ColumnType<Value | null, Value | null | undefined, never>;

export interface MailTables {
  mail_outbox: {
    provider_id: string;
    mail_id: string;
    to_address: string;
    subject: string;
    body_sealed: Uint8Array;
    /** Null: a letter to staff, or a receipt. */
    unsubscribe_sealed: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
    attachment_sealed: Optional<Uint8Array>;
    attachment_name: Optional<string>;
    attachment_type: Optional<string>;
    from_provider: ColumnType<boolean, boolean | undefined, boolean>;
    /** Whom it is from, beside the address. */
    from_name: ColumnType<string | null, string | null | undefined, string | null>;
    state: "waiting" | "sent" | "failed";
    tries: number;
    last_error: string | null;
    created_at_ms: number;
    sent_at_ms: number | null;
  };
  mail_servers: {
    provider_id: string;
    host: string;
    port: number;
    login: string;
    password_sealed: Uint8Array;
    from_address: string;
    changed_at_ms: number;
  };
  /** No provider's: letters to an address, from all of them. */
  letter_days: {
    to_hash: string;
    cause: string;
    day_at_ms: number;
    letters: number;
  };
}

declare module "../db/schema.ts" {
  interface Schema extends MailTables {}
}
