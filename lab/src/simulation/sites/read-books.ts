/** The site's own books as plain data, for the judge. */

import { createLiveUsage } from "@karibu/agent/state/live-usage";
import type { SiteState } from "@karibu/agent/state/site-state";
import { spentTexts } from "@karibu/agent/state/spent-grants";
import type { Clock } from "@karibu/protocol/world";
import type { Books } from "../judge/chronicle.ts";

/** What is folded from the journal alone: what a restart finds again. `clock`: the site's. */
export function readBooks(
  { state, clock }: { readonly state: SiteState; readonly clock: Clock },
  when: Books["when"],
): Books {
  const usage = createLiveUsage(clock, state);
  return {
    when,
    siteClockMs: clock.wall().atMs,
    grants: [...new Set([...state.grants.keys(), ...[...state.slots].map(([grantId]) => grantId)])].map((rightId) => {
      const { bytes, onlineSeconds } = usage.reported(rightId);
      const devices = (state.slots.get(rightId) ?? []).map(({ device }) => device);
      const { startedAtMs = null, endsAtMs = null, given } = state.grants.get(rightId)?.grant ?? {};
      return { rightId, startedAtMs, endsAtMs, givenSeconds: given?.seconds ?? 0, bytes, onlineSeconds, devices };
    }),
    spent: spentTexts(state.spent).flatMap(([prefix, rests]) => rests.map(([rest]) => `${prefix}${rest}`)),
    sessions: [...state.sessions.values()].map(
      ({ sessionId, grantId, startedAtMs, stoppedAtMs, inputBytes, outputBytes, onlineSeconds }) => ({
        session: sessionId,
        rightId: grantId,
        isOpen: stoppedAtMs === null,
        bytes: inputBytes + outputBytes,
        seconds: onlineSeconds,
        startedAtMs,
      }),
    ),
    sales: [...state.sales].map(([rightId, { saleId, priceCents }]) => ({ saleId, priceCents, rightId })),
    soldCents: Object.fromEntries(state.soldCents),
  };
}
