/** What a page says of a refund that silent sites might still tell something of. */
import type { Refund } from "../../data/money/refunds.ts";
import { dateTime, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** Each with when it was heard last, where a zone is given, and whether its device was revoked. */
export const namesOf = (sites: Refund["silentSites"], zone: Zone | null = null): string =>
  sites
    .map(({ name, heardAtMs, waitedUntilMs }) => {
      const heard = heardAtMs === null || zone === null ? [] : [dateTime(heardAtMs, zone)];
      const said = waitedUntilMs === null ? heard : [...heard, say("refundSiteRevoked")];
      return said.length === 0 ? name : `${name} (${said.join(", ")})`;
    })
    .join(", ");

/** Until when the last of them is waited for; null: until it is heard. */
function waitedUntilMs(sites: Refund["silentSites"]): number | null {
  const ends = sites.map((site) => site.waitedUntilMs ?? Number.POSITIVE_INFINITY);
  const lastMs = Math.max(...ends);
  return Number.isFinite(lastMs) ? lastMs : null;
}

/** When one that waits for its sites goes on, and what to do. */
export function whenItGoesOn({ silentSites }: Pick<Refund, "silentSites">, zone: Zone): string {
  const untilMs = waitedUntilMs(silentSites);
  return untilMs === null ? say("refundGoesOn") : say("refundGoesOnAt", { time: dateTime(untilMs, zone) });
}

/** What became of a refund that was approved just now: cash is handed back at once, a channel has still to pay. */
export const decidedText = ({ state }: Pick<Refund, "state">): string =>
  state === "done" ? say("refundIsDone") : state === "approved" ? say("refundApproved") : word("refund", state);

/** Just asked for: why it is not done yet. Null: it is decided. */
export function whyItWaits({
  state,
  goesOnWhenHeard,
  silentSites,
}: Pick<Refund, "state" | "goesOnWhenHeard" | "silentSites">): string | null {
  if (state !== "asked") return null;
  if (!goesOnWhenHeard) return say("refundRequested");
  const words = waitedUntilMs(silentSites) === null ? "refundWaitsForSites" : "refundWaitsForRevoked";
  return say(words, { sites: namesOf(silentSites) });
}
