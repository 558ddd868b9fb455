/** May this provider's sites sell online now, if they have a channel? A suspended provider may for a grace; one that owes the platform may not. */
export function maySell(
  provider: {
    readonly state: "active" | "suspended" | "deleted";
    readonly sells_until_ms: number | null;
    readonly sales_stopped_at_ms: number | null;
  },
  nowMs: number,
): boolean {
  if (provider.state === "deleted" || provider.sales_stopped_at_ms !== null) return false;
  return provider.state === "active" || (provider.sells_until_ms ?? 0) > nowMs;
}
