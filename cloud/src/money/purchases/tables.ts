import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType, Generated } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { FailureReason } from "../evidence/evidence.ts";
import type { PurchaseStage, Review } from "./transition/purchase-facts.ts";

export interface PurchaseTables {
  purchases: {
    provider_id: string;
    purchase_id: string;
    channel_id: string;
    site_id: string;
    plan_id: string;
    plan_name: string;
    terms: ColumnType<Terms, Terms, never>;
    amount_cents: number;
    /** What the channel is asked for, where credit pays the rest. Null: the price. */
    asked_cents: ColumnType<number | null, number | null | undefined, never>;
    /** The promotion that lowered the price by so much (0: it gave something on top). Null: the usual price. */
    promotion_id: ColumnType<string | null, string | null | undefined, never>;
    discount_cents: Generated<number>;
    currency: string;
    /** Null: the person was erased. */
    phone_sealed: ColumnType<Buffer | null, Buffer, Buffer | null>;
    /** Null, with the mask: bought over the counter by somebody who gave no number. */
    phone_hash: Party | null;
    phone_masked: string | null;
    /** Who is told that it is paid, where it is not that phone; see `message-phone.ts`. */
    message_phone_sealed: ColumnType<Buffer | null, Buffer | null | undefined, Buffer | null>;
    idempotency_key: string;
    reference: string;
    secret_hash: string;
    state: PurchaseStage;
    reason: FailureReason | null;
    request_id: string | null;
    request_id_from: "answer" | "callback" | null;
    receipt: string | null;
    unreceipted: ColumnType<boolean, boolean | undefined, boolean>;
    corroborated: ColumnType<boolean, boolean | undefined, boolean>;
    review: Review | null;
    questions: ColumnType<number, number | undefined, number>;
    held_cents: Generated<number>;
    /** Of its price, what stands in the account `pending`: nothing has proved yet that it was paid. */
    pending_cents: Generated<number>;
    redirect_url: string | null;
    waits_since_ms: number | null;
    claimed_at_ms: number | null;
    renews_grant_id: string | null;
    customer_id: string | null;
    sold_by: string | null;
    created_at_ms: number;
    sent_at_ms: number | null;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PurchaseTables {}
}
