import type { ColumnType, Selectable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

type Later<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export const installationStates = ["lead", "planned", "working", "done", "cancelled"] as const;
export type InstallationState = (typeof installationStates)[number];

export interface CheckItem {
  readonly text: string;
  readonly doneBy: string | null;
  readonly doneAtMs: number | null;
}

export interface InstallationTables {
  installations: {
    provider_id: string;
    installation_id: string;
    number: number;
    state: InstallationState;
    name: string;
    phone_sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
    phone_masked: string | null;
    /** The party of the number; null as long as nobody has looked, too (`hashOlderLeads`). */
    phone_hash: Later<Party>;
    latitude: number | null;
    longitude: number | null;
    place_note: string | null;
    plan_id: string | null;
    site_id: string | null;
    source: string | null;
    note: string | null;
    visit_from_ms: number | null;
    visit_until_ms: number | null;
    assigned_to: string | null;
    checklist: ColumnType<CheckItem[], CheckItem[], CheckItem[]>;
    cancel_reason: Later<string>;
    customer_id: Later<string>;
    account_id: Later<string>;
    subscription_id: Later<string>;
    made_by: string;
    created_at_ms: number;
    changed_at_ms: number;
    ended_at_ms: Later<number>;
  };
  installation_numbers: { provider_id: string; last: number };
  installation_pictures: {
    provider_id: string;
    picture_id: string;
    installation_id: string;
    who: string;
    media_type: "image/png" | "image/jpeg";
    bytes: ColumnType<Uint8Array, Uint8Array, never>;
    width: number;
    height: number;
    at_ms: number;
  };
}

export type InstallationRow = Selectable<InstallationTables["installations"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends InstallationTables {}
}
