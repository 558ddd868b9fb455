/**
 * Grants that nobody pays for, by their identifiers. One that was begun comes from the state; one that was not is made from what the feed says of
 * the plan or the window, and each time alike: it need not be written before the router has let its device in.
 */

import type { Grant } from "@karibu/protocol/grant";
import { type FreeRef, freeRefOf } from "@karibu/protocol/grant-id";
import { type Plan, type Trial, unlimitedTerms } from "@karibu/protocol/plan";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { SiteState } from "../../state/site-state.ts";
import { spentReasonOf } from "../../state/spent-grants.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { unstartedGrant } from "../grant-period.ts";
import { dayBeganMs, dayMs, type PayWindow } from "./free-policy.ts";

export type TrialPlan = Plan & { readonly trial: Trial };

export interface FreeCatalogue {
  /** The plan that may be tried here; of several the first by name. Null: none. */
  readonly trial: TrialPlan | null;
  /** What who pays by card gets meanwhile. Null: nothing. */
  readonly window: PayWindow | null;
  grantOf(grantId: string): Grant | null;
  /** So many of these began at this site in the provider's present day. */
  givenToday(what: FreeRef["what"], nowMs: number): number;
}

/** East Africa's, where the hub has not said. */
const defaultOffsetMinutes = 180;
/** For people of the provider: guests read their plan's name, and no name of a window. */
const windowName = "Payment window";

/** @param isPaid the grant of this purchase is here */
export function createFreeCatalogue(
  feed: Pick<FeedStore, "rows">,
  state: SiteState,
  isPaid: (purchaseId: string) => boolean,
): FreeCatalogue {
  const provider = () => feed.rows("provider").get("provider");

  function trialOf(plan: Plan | undefined): TrialPlan | null {
    return plan?.trial === undefined ? null : { ...plan, trial: plan.trial };
  }

  function unstarted(grantId: string, free: FreeRef): Grant | null {
    if (free.what === "trial") {
      const plan = trialOf(feed.rows("plan").get(free.planId));
      return plan && unstartedGrant(grantId, "voucher", plan.name, { ...plan.terms, devices: 1 });
    }
    const window = provider()?.payWindow;
    if (window === undefined || isPaid(free.purchaseId)) return null;
    const { seconds: validitySeconds, dataBytes, kbps } = window;
    const terms = { ...unlimitedTerms, validitySeconds, dataBytes, downKbps: kbps, upKbps: kbps };
    return unstartedGrant(grantId, "voucher", windowName, terms);
  }

  return {
    get trial() {
      const plans = [...feed.rows("plan").values()].map(trialOf).filter((plan) => plan !== null);
      return plans.sort((one, other) => (one.name < other.name ? -1 : 1))[0] ?? null;
    },
    get window() {
      return provider()?.payWindow ?? null;
    },
    grantOf(grantId) {
      if (spentReasonOf(state.spent, grantId) !== null) return null;
      const free = freeRefOf(grantId);
      if (free === null) return null;
      const begun = state.grants.get(grantId)?.grant;
      if (begun === undefined) return unstarted(grantId, free);
      // What was bought goes on at once, at its own speed.
      const isOver = free.what === "window" && isPaid(free.purchaseId);
      return isOver ? { ...begun, endsAtMs: begun.startedAtMs ?? (unixMs(0) satisfies UnixMs) } : begun;
    },
    givenToday(what, nowMs) {
      const sinceMs = dayBeganMs(nowMs, provider()?.utcOffsetMinutes ?? defaultOffsetMinutes);
      let count = 0;
      for (const grantId of state.free) {
        if (freeRefOf(grantId)?.what !== what) continue;
        const startedAtMs = state.grants.get(grantId)?.grant.startedAtMs ?? 0;
        // What a clock that was ahead wrote is of no day that is known.
        if (startedAtMs >= sinceMs && startedAtMs < sinceMs + dayMs) count += 1;
      }
      return count;
    },
  };
}
