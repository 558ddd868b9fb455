/**
 * Decides who may be online, and for how much. Nothing else decides it: RADIUS, the portal, the sweeper and the simulation call
 * this function. Pure: the grant with its own copy of the plan, its usage, the devices in its slots and the site's clock go in;
 * the limits, or the reason why not, come out.
 */
import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import type { Schedule } from "@karibu/protocol/plan";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import { type AskingDevice, holds, type Slot } from "../grants/device-slots.ts";
import { cutOffOf } from "../grants/grant-period.ts";
import type { GuardedGrant } from "../grants/guards/code-guard.ts";
import type { Usage } from "../state/live-usage.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import type { AccessLimits } from "./access.ts";
import { scheduleOpenForMs } from "./schedule.ts";
import { speedNow } from "./speed/speed-now.ts";

export interface Devices {
  /** The longest bound slot first. */
  readonly slots: readonly Slot[];
  readonly asking: AskingDevice;
  /**
   * `enter`: the device proved its right to the grant (it typed the code, or has a fresh token). It may take over a slot.
   * `re-enter`: silently (by MAC, or by a repeated cookie). It may take an idle slot, but no slot of a device that is online.
   * `stay`: it is online now. It keeps its slot and takes none.
   */
  readonly wish: "enter" | "re-enter" | "stay";
  /** False: the grant went to other devices too often today, and no other takes a slot from one now. Absent: it may. */
  readonly mayReplace?: boolean;
  /** Its router has a page for who is over (`AfterEnd`): see `withoutPage`. Absent: it has none. */
  readonly hasPage?: boolean;
}

export type Decision =
  | {
      readonly kind: "accept";
      readonly limits: Omit<AccessLimits, "interimSeconds">;
      readonly slot: SlotDecision;
    }
  | { readonly kind: "reject"; readonly reason: RejectReason };

/** `replaces`: the device that loses its slot; null: a slot was free. */
export type SlotDecision = { readonly kind: "held" } | { readonly kind: "take"; readonly replaces: string | null };

/** While the date is unknown no date ends a grant; sessions are kept this short, so that the router asks again soon. */
const unknownClockSessionSeconds = 900;

/**
 * Rejections come in order of precedence. A clock of quality `unknown` (a router that woke up in 1970) counts the seconds from a grant's
 * start as well as any other; but it knows no date. So an end that is a date, and the schedule, don't count, and the session is kept short
 * instead. An `estimated` clock counts as it stands: it never jumps ahead.
 */
export function decide(asked: GuardedGrant, usage: Usage, devices: Devices, clock: Wall): Decision {
  // Nearly nobody has one: the hot path makes no call for it.
  const grant = asked.afterEnd === undefined || devices.hasPage === true ? asked : withoutPage(asked);
  const { terms } = grant;
  if (grant.revokedAtMs !== null) return reject("revoked");
  if (grant.suspended !== undefined && grant.afterEnd === undefined) return reject("suspended");
  if (grant.paused === true) return reject("paused");
  // Who is online stays: the router holds the limits that it was told.
  if (usage.isUnknown === true && devices.wish !== "stay") return reject("not-remembered");

  const endsAtMs = cutOffOf(grant, clock.atMs);
  const knowsDate = clock.quality !== "unknown";
  const knowsEnd = endsAtMs !== null && (knowsDate || isCounted(endsAtMs));
  const held = heldAs(grant, knowsEnd && clock.atMs >= endsAtMs);
  if (held === "off") return reject("expired");
  if (held !== null) return letInLimited(grant, held, devices);
  if (terms.useSeconds !== null && usage.onlineSeconds >= terms.useSeconds) return reject("time-used");
  const { isFree, downKbps, upKbps, burst } = speedNow(terms, usage, clock);
  if (terms.dataBytes !== null && !isFree && usage.bytes >= terms.dataBytes) return reject("data-used");

  const openForMs = terms.schedule !== null && knowsDate ? longestOpenMs(terms.schedule, clock) : null;
  if (openForMs === 0) return reject("outside-schedule");
  const slot = slotFor(devices, terms.devices);
  if (slot === null) return reject("too-many-devices");
  if (slot.kind === "take" && slot.replaces !== null && devices.mayReplace === false) return reject("moved-too-often");

  let secondsLeft = terms.useSeconds === null ? Number.POSITIVE_INFINITY : terms.useSeconds - usage.onlineSeconds;
  // Who goes on after the end, limited, keeps the session: the site limits it then.
  if (knowsEnd && grant.afterEnd === undefined) {
    // The clock may be behind the start. The grant is never worth more than the time from its start to its end.
    const fromMs = Math.max(clock.atMs, grant.startedAtMs ?? clock.atMs);
    secondsLeft = Math.min(secondsLeft, wholeSeconds(endsAtMs - fromMs));
  }
  if (openForMs !== null) secondsLeft = Math.min(secondsLeft, wholeSeconds(openForMs));
  if ((endsAtMs !== null && !knowsEnd && grant.afterEnd === undefined) || (terms.schedule !== null && !knowsDate)) {
    secondsLeft = Math.min(
      secondsLeft,
      unknownClockSessionSeconds,
      terms.validitySeconds ?? unknownClockSessionSeconds,
    );
  }
  return {
    kind: "accept",
    slot,
    limits: {
      sessionSeconds: Number.isFinite(secondsLeft) ? seconds(secondsLeft) : null,
      idleSeconds: terms.idleTimeoutSeconds,
      totalBytes: terms.dataBytes === null || isFree ? null : bytes(terms.dataBytes - usage.bytes),
      downKbps,
      upKbps,
      burst,
      devices: terms.devices,
    },
  };
}

/**
 * Behind a PPP line a router shows the page to who is over or suspended, and nothing else. At a hotspot nobody would see it who is let in, and
 * everybody would surf on: its page is the portal, which is for who is not let in. So there the right ends.
 */
export function withoutPage(grant: GuardedGrant): GuardedGrant {
  if (grant.afterEnd === undefined || (grant.afterEnd.way !== "page" && grant.suspended === undefined)) return grant;
  const { afterEnd: _, ...ending } = grant;
  return ending;
}

/** How the grant's devices are held now: null where it is not over, or lets nobody in any more. */
export function heldNow(grant: GuardedGrant, clock: Wall): AfterEnd["way"] | null {
  const endsAtMs = cutOffOf(grant, clock.atMs);
  const knowsEnd = endsAtMs !== null && (clock.quality !== "unknown" || isCounted(endsAtMs));
  const held = heldAs(grant, knowsEnd && clock.atMs >= endsAtMs);
  return held === "off" ? null : held;
}

/** What a right that is over is worth still. Null: it is not over; "off": nothing. A person who suspends wants the page seen. */
function heldAs({ suspended, afterEnd }: GuardedGrant, isOver: boolean): AfterEnd["way"] | "off" | null {
  if (suspended !== undefined) return afterEnd === undefined ? "off" : "page";
  return isOver ? (afterEnd?.way ?? "off") : null;
}

/** The right is over. Its quotas and hours say nothing any more; its devices do. */
function letInLimited({ terms, afterEnd }: GuardedGrant, held: AfterEnd["way"], devices: Devices): Decision {
  const slot = slotFor(devices, terms.devices);
  if (slot === null) return reject("too-many-devices");
  const { downKbps, upKbps } = afterEnd as AfterEnd;
  const none = { sessionSeconds: null, totalBytes: null, burst: null };
  return {
    kind: "accept",
    slot,
    limits: { ...none, idleSeconds: terms.idleTimeoutSeconds, downKbps, upKbps, devices: terms.devices, held },
  };
}

/** An end on a clock that began to count in 1970: it is no date. */
const isCounted = (endsAtMs: number): boolean => endsAtMs < earliestPlausibleMs;

/** Nobody knows which of two dates is right: the schedule is closed only when both say so. Null: it never closes. */
function longestOpenMs(schedule: Schedule, { atMs, likelyMs = atMs }: Wall): number | null {
  const [ours, likely] = [scheduleOpenForMs(schedule, atMs), scheduleOpenForMs(schedule, likelyMs)];
  return ours === null || likely === null ? null : Math.max(ours, likely);
}

/** Null: no slot for this device. When all slots are taken, an idle slot is replaced first, then the longest bound one. */
function slotFor({ slots, asking, wish }: Devices, count: number): SlotDecision | null {
  if (slots.some((slot) => holds(slot, asking))) return { kind: "held" };
  if (slots.length < count) return { kind: "take", replaces: null };
  if (wish === "stay") return null;
  const idle = slots.find((slot) => !slot.online);
  if (idle !== undefined) return { kind: "take", replaces: idle.device };
  if (wish === "re-enter") return null;
  return { kind: "take", replaces: slots[0]?.device ?? null };
}

/** At least 1, because a Session-Timeout of 0 means "none" to a NAS. The sweeper ends the session after the fraction. */
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000));
}

function reject(reason: RejectReason): Decision {
  return { kind: "reject", reason };
}
