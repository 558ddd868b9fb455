export const channels = ["stable", "early"] as const;
export type Channel = (typeof channels)[number];
