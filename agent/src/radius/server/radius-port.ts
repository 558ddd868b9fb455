/** The server's port that a packet came to. */
export type RadiusPort = "auth" | "acct";
