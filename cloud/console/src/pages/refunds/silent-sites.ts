/** What a page says of a refund that silent sites might still tell something of. */
import type { Refund } from "../../data/money/refunds.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Each with when it was heard last, where a zone is given. */
export const namesOf = (sites: Refund["silentSites"], zone: Zone | null = null): string =>
  sites
    .map(({ name, heardAtMs }) =>
      heardAtMs === null || zone === null ? name : `${name} (${dateTime(heardAtMs, zone)})`,
    )
    .join(", ");

/** Just asked for: why it is not done yet. Null: it is decided. */
export function whyItWaits({
  state,
  goesOnWhenHeard,
  silentSites,
}: Pick<Refund, "state" | "goesOnWhenHeard" | "silentSites">): string | null {
  if (state !== "asked") return null;
  return goesOnWhenHeard ? say("refundWaitsForSites", { sites: namesOf(silentSites) }) : say("refundRequested");
}
