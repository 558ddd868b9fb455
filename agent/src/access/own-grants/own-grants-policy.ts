/**
 * What may the holder of a grant do with it at the site? Refusals in order of precedence; the page has a sentence for each. Pure.
 *
 * Who attacks this: whoever photographed a code, or stands beside its owner. A device that has no place in the grant changes nothing of it, and
 * is told nothing of it. One that has a place, honestly or not, can pause it, which takes it from the thief as well; everything else asks for
 * the PIN where there is one, so the owner who chose one first has the last word. Staff lift what nobody remembers the PIN of.
 */
import type { CodeGuard, GuardRule } from "@karibu/protocol/codes/code-guard";
import { guardPinDigits } from "@karibu/protocol/codes/code-guard";

export type OwnAct = "pause" | "resume" | "choose-pin" | "offer" | "take-off";

export type OwnRefusal =
  | "not-yours"
  | "not-allowed"
  | "too-often"
  | "locked"
  | "wrong-pin"
  | "bad-pin"
  | "paused"
  | "not-online"
  | "no-such-device"
  | "moved-too-often";

export interface OwnFacts {
  /** It has a place in the grant, as the site knows devices. */
  readonly isHolder: boolean;
  readonly isOnline: boolean;
  readonly rule: GuardRule | null;
  /** This site may change its guard. */
  readonly isGuardable: boolean;
  readonly opensByCode: boolean;
  /** Neither an account, which has a password and perhaps devices of its own, nor given for nothing, once for each device. */
  readonly isMovable: boolean;
  readonly guard: CodeGuard | null;
  readonly fitsPin: () => boolean;
  readonly isLocked: boolean;
  readonly mayMove: boolean;
}

/** Null: it may. `fitsPin` is asked last, because it costs time. */
export function refusesOwn(act: OwnAct, facts: OwnFacts): OwnRefusal | null {
  const { isHolder, rule, isGuardable, guard } = facts;
  if (!isHolder) return "not-yours";
  if (act === "pause" && (rule?.mayPause !== true || !isGuardable)) return "not-allowed";
  if (act === "choose-pin" && (rule?.mayPin !== true || !isGuardable || !facts.opensByCode)) return "not-allowed";
  if ((act === "offer" || act === "take-off") && !facts.isMovable) return "not-allowed";
  const isPaused = guard?.paused === true;
  if (isPaused && (act === "offer" || act === "take-off")) return "paused";
  // Of a pause that is over, or began already, nothing changes.
  if (act === "pause") return null;
  if (guard?.pin != null) {
    if (facts.isLocked) return "locked";
    if (!facts.fitsPin()) return "wrong-pin";
  } else if (act === "take-off" && !facts.isOnline) return "not-online";
  if ((act === "offer" || act === "take-off") && !facts.mayMove) return "moved-too-often";
  return null;
}

/** Not what everybody tries first. */
export function isGoodPin(pin: string): boolean {
  if (!guardPinDigits.test(pin) || new Set(pin).size === 1) return false;
  return !"0123456789".includes(pin) && !"9876543210".includes(pin);
}
