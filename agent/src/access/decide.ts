/**
 * Who may be online, and for how much: the one place where that is decided. RADIUS, the portal, the sweeper and the
 * simulation all call it. Pure: a grant with its own copy of the plan, what was used, which devices hold its slots, and
 * the site's clock go in; what remains, or the reason why not, comes out.
 */
import type { Grant } from "@karibu/protocol/grant";
import { bytes, seconds, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { Wall } from "@karibu/protocol/world";
import type { AccessLimits, RejectReason } from "./access.ts";
import { scheduleOpenForMs } from "./schedule.ts";

/** What all sessions of a grant have used up to now. */
export interface Usage {
  readonly bytes: number;
  readonly onlineSeconds: number;
}

/** A device that holds one of the grant's slots. `device` is its key, the MAC only a hint for silent re-entry. */
export interface Slot {
  readonly device: string;
  readonly mac: string | null;
  readonly online: boolean;
}

export interface Devices {
  /** Longest bound first. */
  readonly slots: readonly Slot[];
  readonly asking: { readonly device: string; readonly mac: string | null };
  /**
   * `enter` somebody who proved the right to the grant (typed the code, has a fresh token): may take a slot over.
   * `re-enter` silently (MAC, replayed cookie): may take an idle slot, never push a device off that is online.
   * `stay` is online now: keeps what it has, takes nothing.
   */
  readonly wish: "enter" | "re-enter" | "stay";
}

export type Decision =
  | {
      readonly kind: "accept";
      readonly limits: Omit<AccessLimits, "interimSeconds">;
      readonly slot: { readonly kind: "held" } | { readonly kind: "take"; readonly replaces: string | null };
    }
  | { readonly kind: "reject"; readonly reason: RejectReason };

/** With no idea of the time nobody is expired; the device is asked again so soon. */
export const unknownClockSessionSeconds = 900;

/**
 * Refusals in order of precedence. A clock of quality `unknown` (a router that woke up in 1970) expires nobody: neither
 * calendar nor schedule is judged, and the session is kept short instead. `estimated` is judged as it stands.
 */
export function decide(grant: Grant, usage: Usage, devices: Devices, clock: Wall): Decision {
  const { terms } = grant;
  if (grant.revokedAtMs !== null) return reject("revoked");
  if (grant.suspended !== undefined) return reject("suspended");
  const clockKnown = clock.quality !== "unknown";

  const endsAtMs = cutOffOf(grant, clock.atMs);
  if (clockKnown && endsAtMs !== null && clock.atMs >= endsAtMs) return reject("expired");
  if (terms.useSeconds !== null && usage.onlineSeconds >= terms.useSeconds) return reject("time-used");
  if (terms.dataBytes !== null && usage.bytes >= terms.dataBytes) return reject("data-used");

  const openForMs = terms.schedule === null ? null : scheduleOpenForMs(terms.schedule, clock.atMs);
  if (clockKnown && openForMs === 0) return reject("outside-schedule");
  const slot = slotFor(devices, terms.devices);
  if (slot === null) return reject("too-many-devices");

  let secondsLeft = terms.useSeconds === null ? Number.POSITIVE_INFINITY : terms.useSeconds - usage.onlineSeconds;
  if (clockKnown) {
    // A clock that is behind the start leaves no more than the whole: it was never worth more than from its start to its end.
    const fromMs = Math.max(clock.atMs, grant.startedAtMs ?? clock.atMs);
    if (endsAtMs !== null) secondsLeft = Math.min(secondsLeft, wholeSeconds(endsAtMs - fromMs));
    if (openForMs !== null) secondsLeft = Math.min(secondsLeft, wholeSeconds(openForMs));
  } else if (endsAtMs !== null || terms.schedule !== null) {
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
      totalBytes: terms.dataBytes === null ? null : bytes(terms.dataBytes - usage.bytes),
      downKbps: terms.downKbps,
      upKbps: terms.upKbps,
      burst: terms.burst,
      devices: terms.devices,
    },
  };
}

/**
 * The grant as its first use fixes it: the absolute end is written down once, so that nothing later (a restart, a new
 * device, a plan edited at the hub) can move it. A grant that was started before comes back as it is.
 */
export function startGrant(grant: Grant, nowMs: number): Grant {
  if (grant.startedAtMs !== null) return grant;
  return { ...grant, startedAtMs: unixMs(nowMs), endsAtMs: endOf(grant, nowMs) };
}

/** The absolute end, or where it would be if the first use were now. Null: no calendar end. */
export function endOf(grant: Grant, nowMs: number): UnixMs | null {
  const { validitySeconds, validUntilMs } = grant.terms;
  const byDate = validUntilMs ?? Number.POSITIVE_INFINITY;
  let byUse = Number.POSITIVE_INFINITY;
  if (grant.startedAtMs !== null) byUse = grant.endsAtMs ?? Number.POSITIVE_INFINITY;
  else if (validitySeconds !== null) byUse = nowMs + validitySeconds * 1000;
  const endMs = Math.min(byDate, byUse);
  return Number.isFinite(endMs) ? unixMs(endMs) : null;
}

/** When it is turned away: at its end, or with a period of grace that much later. Null: no calendar end. */
export function cutOffOf(grant: Grant, nowMs: number): UnixMs | null {
  const endMs = endOf(grant, nowMs);
  return endMs === null ? null : unixMs(endMs + (grant.graceSeconds ?? 0) * 1000);
}

/** Null: no slot for this device. A full house gives way to the wish: an idle slot first, then the longest bound one. */
function slotFor({ slots, asking, wish }: Devices, count: number): { kind: "held" } | TakenSlot | null {
  if (slots.some((slot) => holds(slot, asking))) return { kind: "held" };
  if (slots.length < count) return { kind: "take", replaces: null };
  if (wish === "stay") return null;
  const idle = slots.find((slot) => !slot.online);
  if (idle !== undefined) return { kind: "take", replaces: idle.device };
  if (wish === "re-enter") return null;
  return { kind: "take", replaces: slots[0]?.device ?? null };
}
type TakenSlot = { readonly kind: "take"; readonly replaces: string | null };

/** The same device: by its key, or by the MAC it had when it took the slot. */
export function holds(slot: Pick<Slot, "device" | "mac">, asking: Devices["asking"]): boolean {
  return slot.device === asking.device || (slot.mac !== null && slot.mac === asking.mac);
}

/** At least 1, because a Session-Timeout of 0 means "none" to a NAS; the sweeper ends what that leaves over. */
function wholeSeconds(ms: number): number {
  return Math.max(1, Math.floor(ms / 1000));
}

function reject(reason: RejectReason): Decision {
  return { kind: "reject", reason };
}
