/**
 * Asks for a device whether it may have something for nothing, and ends a payment window once the device has something else. Nothing is written here: the
 * grant begins when the router asks to let the host in (`admit.ts`), where `mayBegin` is asked again.
 */

import { deviceOfToken } from "@karibu/protocol/device-key";
import { type FreeRef, freeGrantId, freeRefOf } from "@karibu/protocol/grant-id";
import type { AskingDevice } from "../../grants/device-slots.ts";
import type { TrialPlan } from "../../grants/free/free-catalogue.ts";
import { type FreeRefusal, trialRefusal, windowRefusal } from "../../grants/free/free-policy.ts";
import type { Site } from "../../grants/site.ts";
import { grantsHeldBy } from "../../state/held-grants.ts";
import type { SiteState } from "../../state/site-state.ts";
import { spentReasonOf } from "../../state/spent-grants.ts";
import { type Device, provenOf } from "../portal-access.ts";

export interface FreeAccess {
  /** What this device may try, and its grant; or why it may not. */
  trialFor(device: Device): Trying;
  /** The window of a purchase that this device began; `isOpen`: it is online with it already. */
  windowFor(purchaseId: string, device: Device): Window;
  /** Ends this device's window, so that the router takes its next log-in, with `forGrantId`. Never rejects. */
  endWindow(device: Device, forGrantId: string): Promise<void>;
}

export type Trying =
  | { readonly kind: "offer"; readonly plan: TrialPlan; readonly grantId: string }
  | { readonly kind: "refused"; readonly reason: FreeRefusal };
type Window =
  | { readonly kind: "offer"; readonly grantId: string; readonly isOpen: boolean }
  | { readonly kind: "refused"; readonly reason: FreeRefusal };

export function createFreeAccess(
  site: Site,
  parts: { readonly end: (sessionKey: string) => Promise<void> },
): FreeAccess {
  const { world, state, catalogue } = site;
  const refused = (reason: FreeRefusal) => ({ kind: "refused", reason }) as const;
  /** A MAC that the device merely claims counts too: it can only lose by that. */
  const asking = ({ token, mac }: Device): AskingDevice => ({ device: deviceOfToken(token), mac });

  return {
    trialFor(device) {
      const plan = catalogue.free.trial;
      const asked = asking(device);
      const reason = refusalOf(site, "trial", asked);
      if (reason !== null || plan === null) return refused(reason ?? "not-offered");
      return { kind: "offer", plan, grantId: freeGrantId({ what: "trial", planId: plan.planId, ...asked }) };
    },
    windowFor(purchaseId, device) {
      const grantId = freeGrantId({ what: "window", purchaseId });
      const grant = catalogue.grantOf(grantId);
      if (grant === null) return refused("not-offered");
      if (grant.startedAtMs !== null) {
        const isOver = grant.endsAtMs !== null && grant.endsAtMs <= world.clock.wall().atMs;
        if (isOver || !hadOf(state, "window", asking(device)).includes(grantId)) return refused("had-one");
        return { kind: "offer", grantId, isOpen: state.open.byGrant.has(grantId) };
      }
      const reason = refusalOf(site, "window", asking(device));
      return reason === null ? { kind: "offer", grantId, isOpen: false } : refused(reason);
    },
    async endWindow(device, forGrantId) {
      // Of what is proved: a claimed MAC or address must not end a neighbour's window in the middle of their payment.
      const windows = hadOf(state, "window", asking(provenOf(device))).filter((held) => held !== forGrantId);
      for (const sessionKey of windows.flatMap((grantId) => [...(state.open.byGrant.get(grantId) ?? [])]))
        await parts.end(sessionKey).catch((error: unknown) => {
          world.log.warn("window-not-ended", { error: String(error) });
        });
    },
  };
}

/** What the device has had for nothing. What the disk refused to begin, it has not had. */
function hadOf(state: SiteState, what: FreeRef["what"], { device, mac }: AskingDevice): string[] {
  const names = mac === null ? [device] : [device, mac];
  return grantsHeldBy(state, ...names).filter((held) => freeRefOf(held)?.what === what && state.grants.has(held));
}

function refusalOf({ world, state, catalogue }: Site, what: FreeRef["what"], device: AskingDevice): FreeRefusal | null {
  const { free } = catalogue;
  const nowMs = world.clock.wall().atMs;
  const facts = { isMemoryLost: state.memory.lost !== null, givenToday: free.givenToday(what, nowMs) };
  const had = hadOf(state, what, device);
  if (what === "trial") {
    const names = [device.device, deviceOfToken(device.mac ?? "")];
    // Of what was long ago only the end is known.
    const isOver = [...state.spent.trialPlans].some((planId) =>
      names.some((one) => spentReasonOf(state.spent, freeGrantId({ what, planId, device: one })) !== null),
    );
    return trialRefusal({ ...facts, trial: free.trial?.trial ?? null, hadOne: had.length > 0 || isOver });
  }
  const began = had.map((held) => state.grants.get(held)?.grant.startedAtMs ?? 0);
  return windowRefusal({
    ...facts,
    window: free.window,
    lastMs: began.length === 0 ? null : Math.max(...began),
    nowMs,
  });
}

/** The last look, in one step with the record: of two log-ins at once, both can't be the day's last, nor both the device's first. */
export function mayBegin(site: Site, grantId: string, device: AskingDevice): boolean {
  const what = freeRefOf(grantId)?.what;
  return what === undefined || refusalOf(site, what, device) === null;
}
