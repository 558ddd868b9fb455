/** The answers of a channel by which money can be disproved. */
export type ProvingSource = "transaction-status" | "pull";
