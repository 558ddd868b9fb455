/** May this provider's sites sell online now, if they have a channel? A suspended provider may for a grace. */
export function maySell(
  provider: { readonly state: "active" | "suspended" | "deleted"; readonly sells_until_ms: number | null },
  nowMs: number,
): boolean {
  if (provider.state === "deleted") return false;
  return provider.state === "active" || (provider.sells_until_ms ?? 0) > nowMs;
}
