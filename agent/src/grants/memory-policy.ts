/** What a site may give while it does not know what it gave before. Pure. */
import type { SiteState } from "../state/site-state.ts";

/**
 * May the grant have been used without this site remembering it? Not one that was started since the loss, nor a started one that ends by
 * its date alone: that end is known. A code of a cash sale made since the loss is new.
 */
export function isUnremembered(
  { memory, grants, sales }: Pick<SiteState, "memory" | "grants" | "sales">,
  grantId: string,
): boolean {
  const { lost } = memory;
  if (lost === null) return false;
  const used = grants.get(grantId);
  if (used === undefined) return (sales.get(grantId)?.atMs ?? Number.NEGATIVE_INFINITY) < lost.atMs;
  if (used.boot >= lost.boot || lost.told.has(grantId)) return false;
  const { endsAtMs, terms } = used.grant;
  return endsAtMs === null || terms.dataBytes !== null || terms.useSeconds !== null;
}
