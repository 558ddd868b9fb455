/** May this person log in to the router? Pure: what is known goes in, the decision and what is known afterwards come out. */
import { wrongPasswordsMax } from "@karibu/protocol/router/router-log-in";
import type { LogInRequest } from "../access/access.ts";

export interface RouterPassword {
  readonly passwordId: string;
  readonly group: string;
  /** 16 octets. */
  readonly ntHash: Uint8Array;
  /** By the monotonic clock. */
  readonly untilMs: number;
  readonly wrong: number;
  /** Somebody has logged in with it. */
  readonly wasIn: boolean;
}

export type RouterLogInDecision =
  | { readonly kind: "accept"; readonly group: string; readonly ntHash: Uint8Array }
  /** `wrong`: so many are wrong by now. `isLocked`: it opens nothing any more. */
  | { readonly kind: "wrong-password"; readonly wrong: number; readonly isLocked: boolean }
  | { readonly kind: "unknown" };

/**
 * `known`: the password of the name in the request. A request of the hotspot under that name opens nothing and counts nothing, with our realm or without: else a guest
 * could lock a person out. A request that is not signed is answered like an unknown name: its sender may not know the shared secret.
 */
export function decideRouterLogIn(
  known: RouterPassword | undefined,
  { toRouter, passwordIs }: Pick<LogInRequest, "toRouter" | "passwordIs">,
  nowMs: number,
): RouterLogInDecision {
  if (known === undefined || toRouter === undefined || nowMs >= known.untilMs) return { kind: "unknown" };
  if (!toRouter.isSigned || toRouter.isOfGuest) return { kind: "unknown" };
  if (passwordIs(known.ntHash)) return { kind: "accept", group: known.group, ntHash: known.ntHash };
  const wrong = known.wrong + 1;
  return { kind: "wrong-password", wrong, isLocked: wrong >= wrongPasswordsMax };
}

/** How long an allowed password lives here, in milliseconds: as the hub says, and never longer than `mostMs`. 0: it came too late. */
export function lifeMs(expiresAtMs: number, wallMs: number, mostMs: number): number {
  return Math.max(0, Math.min(expiresAtMs - wallMs, mostMs));
}
