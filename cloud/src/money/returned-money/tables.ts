export interface ReturnedMoneyTables {
  returned_money: {
    provider_id: string;
    channel_id: string;
    /** The channel's own name of the refund or the dispute. */
    return_id: string;
    receipt: string;
    amount_cents: number;
    /** `left-us`: with the customer or their bank. `came-back`: ours again: the dispute was won, or the refund failed. */
    state: "left-us" | "came-back";
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReturnedMoneyTables {}
}
