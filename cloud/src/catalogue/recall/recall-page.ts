/** From rows of the hub to what a site is told: which grants are over, how they ended, and what is left of the others. Pure. */

import {
  type SpentReason,
  serialsPerBlock,
  setNibble,
  spentPlaceOf,
  spentReasons,
} from "@karibu/protocol/codes/spent-codes";
import { deviceOfToken } from "@karibu/protocol/device-key";
import type { LeaseUse } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { freeGrantId, freeRefOf, kindOfGrant, voucherRefOf } from "@karibu/protocol/grant-id";
import type { RecalledPage } from "@karibu/protocol/journal/record";
import type { Terms } from "@karibu/protocol/plan";
import { bytes, seconds, unixMs } from "@karibu/protocol/quantities";
import { termsLeft } from "@karibu/protocol/terms-left";

export type ToldGrant = RecalledPage["grants"][number];

/** A grant that the site began, as its journal said, with what the hub knows since. */
export interface BegunGrant {
  readonly grantId: string;
  /** As the site wrote it at its first use; null: that record can't be read. */
  readonly written: Grant | null;
  /** Corrected, and with credited outages. */
  readonly startedAtMs: number;
  readonly endsAtMs: number | null;
  readonly usedBytes: number;
  readonly usedSeconds: number;
  /** Its lease went to another site, or came back from one. */
  readonly lease:
    | { readonly kind: "unmoved" }
    | { readonly kind: "elsewhere" }
    | { readonly kind: "returned"; readonly use: LeaseUse; readonly terms: Terms };
  /** What staff changed of it here; the site has the same by its feed, and adds it itself. Null: nothing. */
  readonly change: {
    readonly seconds: number;
    readonly useSeconds: number;
    readonly dataBytes: number;
    readonly isPaused: boolean;
  } | null;
}

/** Clock corrections and late reports come within this time: until then the site judges the end itself. */
const keptAfterEndMs = 86_400_000;

/** Null: the grant may go on. */
export function endOf(begun: BegunGrant, nowMs: number): SpentReason | null {
  const { grantId, written, usedBytes, usedSeconds, lease, change } = begun;
  const endsAtMs = wholeEndOf(begun);
  if (lease.kind === "elsewhere") return "elsewhere";
  // Its time is given back when it goes on.
  if (change?.isPaused === true && written !== null) return null;
  const kind = kindOfGrant(grantId);
  // An account's present period, and what the hub sold, stay for as long as their rows in the feed, which say nothing of their use.
  if (kind === "account" || (kind === "purchase" && written !== null)) return null;
  if (endsAtMs !== null) return nowMs >= endsAtMs + keptAfterEndMs ? "expired" : null;
  if (written === null) return "expired";
  const { useSeconds, dataBytes, hours } =
    lease.kind === "returned" ? termsLeft(lease.terms, lease.use) : written.terms;
  const given = lease.kind === "returned" ? undefined : written.given;
  const moreSeconds = Math.max(0, (change?.useSeconds ?? 0) - (given?.useSeconds ?? 0));
  const moreBytes = Math.max(0, (change?.dataBytes ?? 0) - (given?.dataBytes ?? 0));
  if (useSeconds !== null && usedSeconds >= useSeconds + moreSeconds) return "time-used";
  // Free hours let it in all the same, as at the site (`prune-grants.ts`).
  return hours == null && dataBytes !== null && usedBytes >= dataBytes + moreBytes ? "data-used" : null;
}

/**
 * With all that staff gave. One that came back from another site ends when its lease does, or later where this site has credited an outage since; as it
 * began here it may have ended before.
 */
function wholeEndOf({ endsAtMs, lease, change }: BegunGrant): number | null {
  const leaseEndMs = lease.kind === "returned" ? lease.use.endsAtMs : null;
  return leaseEndMs === null ? endsAtMs : Math.max(leaseEndMs + 1000 * (change?.seconds ?? 0), endsAtMs ?? 0);
}

export function toldGrant(
  begun: BegunGrant,
  rest: Pick<ToldGrant, "slots" | "sessions" | "movedAtMs">,
): ToldGrant | null {
  const { grantId, lease, change, usedBytes, usedSeconds } = begun;
  if (begun.written === null) return null;
  const { given, ...written } = begun.written;
  const use = lease.kind === "returned" ? lease.use : null;
  // The hub's end has all that staff gave. What the site had not been told when it began, it adds again.
  const known = use === null ? (given?.seconds ?? 0) : 0;
  const addedMs = change === null ? 0 : 1000 * Math.max(0, change.seconds - known);
  const endMs = wholeEndOf(begun);
  const endsAtMs = endMs === null ? null : endMs - addedMs;
  const grant: Grant = {
    ...written,
    ...(given === undefined || use !== null ? {} : { given }),
    grantId,
    terms: lease.kind === "returned" ? termsLeft(lease.terms, lease.use) : written.terms,
    startedAtMs: unixMs(use?.startedAtMs ?? begun.startedAtMs),
    endsAtMs: endsAtMs === null ? null : unixMs(endsAtMs),
  };
  return {
    grant,
    voucher: voucherRefOf(grantId),
    usedBytes: bytes(usedBytes),
    usedSeconds: seconds(usedSeconds),
    ...rest,
  };
}

/** The ends of codes packed, and by name those of cash sales, bridges and lines of the site file. */
export function packEnds(
  ends: readonly (readonly [grantId: string, SpentReason])[],
): Pick<RecalledPage, "spent" | "ended"> {
  const blocks = new Map<string, Uint8Array>();
  const ended: RecalledPage["ended"] = [];
  for (const [grantId, reason] of ends) {
    const place = spentPlaceOf(grantId);
    if (place === null) {
      ended.push({ grantId, reason });
      continue;
    }
    const block = blocks.get(place.block) ?? new Uint8Array(serialsPerBlock / 2);
    setNibble(block, place.index, spentReasons.indexOf(reason));
    blocks.set(place.block, block);
  }
  const spent = [...blocks].map(([block, bits]) => ({
    block,
    bits: Buffer.from(withoutTail(bits)).toString("base64"),
  }));
  return { spent, ended };
}

function withoutTail(bits: Uint8Array): Uint8Array {
  let length = bits.length;
  while (length > 0 && bits[length - 1] === 0) length--;
  return bits.subarray(0, length);
}

/**
 * Whoever had a trial and comes with another cookie is known by the MAC, as at a site that has let go of the trial itself (`prune-grants.ts`): the end of
 * what stands for it there.
 */
export function endsByMac(
  [grantId, reason]: readonly [grantId: string, SpentReason],
  slots: ToldGrant["slots"],
): (readonly [string, SpentReason])[] {
  const free = freeRefOf(grantId);
  if (free?.what !== "trial") return [];
  return slots.flatMap(({ mac }) =>
    mac === null ? [] : [[freeGrantId({ ...free, device: deviceOfToken(mac) }), reason] as const],
  );
}

/** A record of the journal, newest last. */
export interface Binding {
  /** Null: it named somebody who was erased. */
  readonly device: string | null;
  readonly mac: string | null;
  readonly replaces: string | null;
  /** The device was taken off. */
  readonly isGone?: boolean;
  /** Its owner took it off: that is a move. */
  readonly forGood?: boolean;
  /** By the site's clock. Absent: not known. */
  readonly atMs?: number;
}

const movedMax = 100;

/** When the grant went from one device to another since then, as its site counts it. */
export function movesOf(bindings: readonly Binding[], sinceMs: number): ToldGrant["movedAtMs"] {
  const moved = bindings.flatMap(({ replaces, isGone = false, forGood = false, atMs = 0 }) =>
    (replaces !== null || (isGone && forGood)) && atMs > sinceMs ? [unixMs(atMs)] : [],
  );
  return moved.length === 0 ? undefined : moved.slice(-movedMax);
}

/** As the site's fold binds them: longest bound first. A device that is not known any more takes its slot again when it comes. */
export function slotsOf(bindings: readonly Binding[]): ToldGrant["slots"] {
  let slots: ToldGrant["slots"] = [];
  for (const { device, mac, replaces, isGone = false } of bindings) {
    const others = slots.filter((slot) => slot.device !== device && slot.device !== replaces);
    slots = isGone || device === null ? others : [...others, { device, mac }];
  }
  return slots;
}
