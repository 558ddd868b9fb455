import type { ColumnType, Selectable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface CustomerLogInTables {
  customer_sessions: {
    provider_id: string;
    session_id: string;
    customer_id: string;
    token_hash: ColumnType<Uint8Array, Uint8Array, never>;
    way: "code" | "password";
    /** What was proved at the log-in. */
    proof: string;
    /** As the browser named itself. */
    device: string;
    made_at_ms: number;
    last_used_at_ms: number;
    expires_at_ms: number;
  };
  customer_codes: {
    provider_id: string;
    code_id: string;
    party: Party;
    code_sealed: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
    tries: number;
    /** Used, or replaced by a newer one. */
    used_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    made_at_ms: number;
    expires_at_ms: number;
  };
}

export type CustomerSessionRow = Selectable<CustomerLogInTables["customer_sessions"]>;
export type CustomerCodeRow = Selectable<CustomerLogInTables["customer_codes"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends CustomerLogInTables {}
}
