/** The answers of a channel by which money can be disproved. */
export type ProvingSource = "transaction-status" | "pull";

interface ProofTables {
  proved_answers: {
    provider_id: string;
    channel_id: string;
    source: ProvingSource;
    receipt: string;
    proved_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ProofTables {}
}
