/**
 * The PIN of a code: its batch's, or its customer's own.
 *
 * Attacks   Who photographed a code has not the PIN, and tries: five wrong ones lock the code for an hour at this site, whatever device they come
 *           from, and each counts as a wrong try of its device too. A code that is locked still works on the device that uses it already, and
 *           that device's tries are counted by themselves (`ownTriesOf`): strangers lock no owner out, and a thief who has a place, or who took the
 *           owner's MAC, guesses five an hour too. The lock is kept in memory alone: a restart of the agent frees it, and whoever can restart agents
 *           has the router.
 */
import type { Clock } from "@karibu/protocol/world";

export interface PinGuard {
  /** Seconds until this voucher's PIN may be tried again; 0: now. */
  lockedForSeconds(grantId: string): number;
  wrongPin(grantId: string): void;
}

/** The tries of one device that has the code already, beside those of the code. `device`: a MAC, or the key of its place. */
export const ownTriesOf = (grantId: string, device: string): string => `${grantId} ${device}`;

export const pinLimits = { wrongMax: 5, lockMs: 3_600_000, vouchersMax: 5000 } as const;

export function createPinGuard(clock: Pick<Clock, "monotonicMs">): PinGuard {
  /** Wrong tries since `sinceMs`; the oldest vouchers first. */
  const tried = new Map<string, { wrong: number; sinceMs: number }>();
  const current = (grantId: string) => {
    const one = tried.get(grantId);
    if (one === undefined || clock.monotonicMs() - one.sinceMs < pinLimits.lockMs) return one;
    tried.delete(grantId);
    return undefined;
  };
  return {
    lockedForSeconds(grantId) {
      const one = current(grantId);
      if (one === undefined || one.wrong < pinLimits.wrongMax) return 0;
      return Math.ceil((one.sinceMs + pinLimits.lockMs - clock.monotonicMs()) / 1000);
    },
    wrongPin(grantId) {
      const wrong = (current(grantId)?.wrong ?? 0) + 1;
      // Only codes that exist come here, and devices that have one: there are few more of them than vouchers.
      if (tried.size >= pinLimits.vouchersMax) tried.delete(tried.keys().next().value as string);
      tried.set(grantId, { wrong, sinceMs: clock.monotonicMs() });
    },
  };
}
