import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType, Generated } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

/** What one change gives: on top of what was sold, or in place of it. */
export interface GrantGift {
  readonly seconds?: number | undefined;
  readonly useSeconds?: number | undefined;
  readonly dataBytes?: number | undefined;
  readonly downKbps?: number | undefined;
  readonly upKbps?: number | undefined;
  readonly devices?: number | undefined;
}

export interface GrantTables {
  grants: {
    provider_id: string;
    grant_id: string;
    site_id: string;
    purchase_id: string | null;
    origin: "purchase";
    plan_name: string;
    terms: ColumnType<Terms, Terms, never>;
    phone_hash: Party | null;
    unverified: boolean;
    created_at_ms: number;
    revoked_at_ms: number | null;
    renews_grant_id: string | null;
    code: string | null;
    /** One of the further codes of this purchase; null: none of a bundle. */
    bundle_purchase_id: ColumnType<string | null, string | null | undefined, null>;
    /** What the hub needs to take its purchase up again after a restore, sealed: it goes to the site. Null: nothing is to be taken up. */
    sold: ColumnType<string | null, string | null | undefined, never>;
    /** The provider gave it itself to see a whole sale: it was never money. */
    is_test: Generated<boolean>;
    /** Its customer is suspended: its site lets nobody in with it. Null: not so. */
    suspended_at_ms: Generated<number | null>;
    /** Deleted from its site's feed, because it is long over. */
    retired_at_ms: Generated<number | null>;
  };
  grant_starts: {
    provider_id: string;
    grant_id: string;
    site_id: string;
    origin: "voucher" | "purchase" | "account";
    plan_name: string;
    started_at_ms: number;
    ends_at_ms: number | null;
    valid_until_ms: number | null;
    epoch: string;
    seq: number;
    received_at_ms: number;
    bridge: Generated<boolean>;
    unremembered: Generated<boolean>;
    retired_at_ms: Generated<number | null>;
  };
  repeated_starts: {
    provider_id: string;
    grant_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    plan_name: string;
    started_at_ms: number;
    started_stamped_ms: number;
    ends_at_ms: number | null;
    valid_until_ms: number | null;
    unremembered: boolean;
    received_at_ms: number;
  };
  outage_credits: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    from_ms: number;
    to_ms: number;
    received_at_ms: number;
  };
  code_guards: {
    provider_id: string;
    /** As the site knows it. */
    grant_id: string;
    site_id: string;
    guard_id: string;
    paused: boolean;
    pin_salt: string | null;
    pin_hash: string | null;
    guarded_at_ms: number;
    lifted_at_ms: number | null;
  };
  grant_changes: {
    provider_id: string;
    site_id: string;
    /** As the site knows it. */
    grant_id: string;
    seconds: number;
    use_seconds: number;
    data_bytes: number;
    down_kbps: number | null;
    up_kbps: number | null;
    devices: number | null;
    paused_at_ms: number | null;
    paused_reason: string | null;
    changed_at_ms: number;
  };
  grant_change_log: {
    provider_id: string;
    change_id: string;
    site_id: string;
    grant_id: string;
    kind: "given" | "paused" | "resumed" | "guard-lifted";
    what: ColumnType<GrantGift, GrantGift, never>;
    reason: string;
    changed_by: string | null;
    gift_id: string | null;
    at_ms: number;
  };
  grant_gifts: {
    provider_id: string;
    gift_id: string;
    site_id: string;
    what: ColumnType<GrantGift, GrantGift, never>;
    reason: string;
    grant_ids: ColumnType<readonly string[], readonly string[], never>;
    done: Generated<number>;
    failed: Generated<number>;
    started_by: string | null;
    created_at_ms: number;
    stopped_at_ms: Generated<number | null>;
    finished_at_ms: Generated<number | null>;
  };
  grant_leases: {
    provider_id: string;
    grant_id: string;
    lease_id: string;
    number: number;
    site_id: string;
    from_site_id: string;
    moved_at_ms: number;
    terms: ColumnType<Terms, Terms, Terms>;
    started_at_ms: number | null;
    ends_at_ms: number | null;
    retired_at_ms: Generated<number | null>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends GrantTables {}
}
