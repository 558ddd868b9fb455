/**
 * Asks for a device whether it may have something for nothing, and ends a payment window once the device has something else. Nothing is written here: the
 * grant begins when the router asks to let the host in (`admit.ts`), where `mayBegin` is asked again.
 */
import { freeGrantId, freeRefOf } from "@karibu/protocol/grant-id";
import { deviceOfToken } from "../../grants/device-keys.ts";
import type { TrialPlan } from "../../grants/free/free-catalogue.ts";
import { type FreeRefusal, trialRefusal, windowRefusal } from "../../grants/free/free-policy.ts";
import type { Site } from "../../grants/site.ts";
import { grantsHeldBy } from "../../state/held-grants.ts";
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
  const isMemoryLost = () => state.memory.lost !== null;

  /** What the device has held for nothing. A MAC that it merely claims counts too: it can only lose by that. */
  function heldFree({ token, mac }: Device): string[] {
    const names = [deviceOfToken(token), ...(mac === null ? [] : [mac])];
    return grantsHeldBy(state, ...names).filter((grantId) => freeRefOf(grantId) !== null);
  }

  return {
    trialFor(device) {
      const plan = catalogue.free.trial;
      const nowMs = world.clock.wall().atMs;
      const grantId = plan && freeGrantId({ what: "trial", planId: plan.planId, device: deviceOfToken(device.token) });
      const isSpent = grantId !== null && spentReasonOf(state.spent, grantId) !== null;
      const reason = trialRefusal({
        trial: plan?.trial ?? null,
        isMemoryLost: isMemoryLost(),
        hadOne: isSpent || heldFree(device).some((held) => freeRefOf(held)?.what === "trial"),
        givenToday: catalogue.free.givenToday("trial", nowMs),
      });
      return reason !== null || plan === null || grantId === null
        ? refused(reason ?? "not-offered")
        : { kind: "offer", plan, grantId };
    },
    windowFor(purchaseId, device) {
      const grantId = freeGrantId({ what: "window", purchaseId });
      const grant = catalogue.grantOf(grantId);
      if (grant === null) return refused("not-offered");
      const nowMs = world.clock.wall().atMs;
      if (grant.startedAtMs !== null) {
        const isOver = grant.endsAtMs !== null && grant.endsAtMs <= nowMs;
        if (isOver || !heldFree(device).includes(grantId)) return refused("had-one");
        return { kind: "offer", grantId, isOpen: state.open.byGrant.has(grantId) };
      }
      const began = heldFree(device)
        .filter((held) => freeRefOf(held)?.what === "window")
        .map((held) => state.grants.get(held)?.grant.startedAtMs ?? 0);
      const reason = windowRefusal({
        window: catalogue.free.window,
        isMemoryLost: isMemoryLost(),
        lastMs: began.length === 0 ? null : Math.max(...began),
        nowMs,
        givenToday: catalogue.free.givenToday("window", nowMs),
      });
      return reason === null ? { kind: "offer", grantId, isOpen: false } : refused(reason);
    },
    async endWindow(device, forGrantId) {
      // Of what is proved: a claimed MAC or address must not end a neighbour's window in the middle of their payment.
      const windows = heldFree(provenOf(device)).filter(
        (held) => held !== forGrantId && freeRefOf(held)?.what === "window",
      );
      for (const sessionKey of windows.flatMap((grantId) => [...(state.open.byGrant.get(grantId) ?? [])]))
        await parts.end(sessionKey).catch((error: unknown) => {
          world.log.warn("window-not-ended", { error: String(error) });
        });
    },
  };
}

/** The last look, in one step with the record: two log-ins at once can't both be the day's last. */
export function mayBegin({ world, state, catalogue }: Site, grantId: string): boolean {
  const what = freeRefOf(grantId)?.what;
  if (what === undefined) return true;
  if (state.memory.lost !== null) return false;
  const { free } = catalogue;
  const perDay = (what === "trial" ? free.trial?.trial.perDay : free.window?.perDay) ?? 0;
  return free.givenToday(what, world.clock.wall().atMs) < perDay;
}
