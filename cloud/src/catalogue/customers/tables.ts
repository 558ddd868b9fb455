import type { ColumnType, GeneratedAlways } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface CustomerTables {
  customers: {
    provider_id: string;
    customer_id: string;
    name: string;
    phone_sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
    phone_hash: Party | null;
    phone_masked: string | null;
    /** What parts of the number find (`ground/amounts/phone-parts.ts`). Null: no number. */
    phone_tail_key: ColumnType<string | null, string | null | undefined, string | null>;
    phone_head_key: ColumnType<string | null, string | null | undefined, string | null>;
    email: string | null;
    site_id: string | null;
    note: string | null;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
    /** The database computes both, for searching: the name, and its last word, in lower case. */
    name_key: GeneratedAlways<string>;
    last_name_key: GeneratedAlways<string | null>;
  };
  /** What they had before. */
  customer_numbers: {
    provider_id: string;
    customer_id: string;
    number_id: string;
    /** As in `customers`. */
    phone_sealed: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
    phone_hash: Party;
    phone_masked: string;
    until_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CustomerTables {}
}
