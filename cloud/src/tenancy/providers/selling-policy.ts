/** May this provider's sites sell online now, if they have a channel? A suspended provider may for a grace; one that owes the platform may not. */
export function maySell(
  provider: {
    readonly state: "active" | "suspended" | "deleted";
    readonly sellsUntilMs: number | null;
    readonly salesStoppedAtMs: number | null;
  },
  nowMs: number,
): boolean {
  if (provider.state === "deleted" || provider.salesStoppedAtMs !== null) return false;
  return provider.state === "active" || (provider.sellsUntilMs ?? 0) > nowMs;
}
