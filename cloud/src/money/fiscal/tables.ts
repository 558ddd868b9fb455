import type { ColumnType, Generated } from "kysely";
import type { Authority, FiscalDocument } from "./fiscal-contract.ts";

type Later<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface FiscalTables {
  fiscal_submissions: {
    provider_id: string;
    document_id: string;
    number_text: string;
    authority: Authority;
    sequence: number;
    data: ColumnType<FiscalDocument, FiscalDocument, never>;
    state: "waiting" | "accepted" | "refused";
    tries: Generated<number>;
    reason: Later<string>;
    control_unit: Later<string>;
    fiscal_number: Later<string>;
    signature: Later<string>;
    qr_text: Later<string>;
    typed_by: Later<string>;
    answered_at_ms: Later<number>;
    made_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends FiscalTables {}
}
