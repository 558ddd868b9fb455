import type { ColumnType, Selectable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { ChargeLine, DocumentKind, DocumentLine, Seller } from "./document-facts.ts";

export interface DocumentTables {
  /** `fiscal`: what an authority counts by, over all kinds and years. */
  document_counters: { provider_id: string; kind: DocumentKind | "fiscal"; fiscal_year: number; next_number: number };
  documents: {
    provider_id: string;
    document_id: string;
    kind: DocumentKind;
    fiscal_year: number;
    number: number;
    number_text: string;
    refers_to: string | null;
    reason: string | null;
    cause: string | null;
    customer_id: string | null;
    party: Party | null;
    customer_name: string | null;
    customer_pin: string | null;
    seller: ColumnType<Seller, Seller, never>;
    lines: ColumnType<readonly DocumentLine[], readonly DocumentLine[], never>;
    currency: string;
    net_cents: number;
    excise_cents: number;
    vat_cents: number;
    total_cents: number;
    supplied_on: string;
    issued_on: string;
    issued_at_ms: number;
    issued_by: string;
  };
  document_charges: {
    provider_id: string;
    charge_id: string;
    cause: string;
    customer_id: string | null;
    party: Party | null;
    customer_name: string;
    currency: string;
    total_cents: number;
    lines: ColumnType<readonly ChargeLine[], readonly ChargeLine[], never>;
    entry_id: string | null;
    at_ms: number;
    state: "waiting" | "documented" | "not-wanted" | "nothing-to-credit";
    document_id: ColumnType<string | null, string | null | undefined, string | null>;
  };
  summarised_sales: { provider_id: string; site_id: string; currency: string; from_day: string };
  document_links: {
    provider_id: string;
    token_hash: string;
    document_id: string;
    language: "en" | "sw";
    expires_at_ms: number;
    made_by: string;
    made_at_ms: number;
  };
}

export type DocumentRow = Selectable<DocumentTables["documents"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends DocumentTables {}
}
