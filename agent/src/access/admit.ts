/**
 * Admits a device to a grant: the step that RADIUS and the portal share. Asks `decide`, records what its answer changes (first
 * use, device slot, spent token), and returns the promise to wait for before anybody gets the answer.
 */
import type { Grant } from "@karibu/protocol/grant";
import { kindOfGrant, voucherRefOf } from "@karibu/protocol/grant-id";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { type AskingDevice, holds, type Slot, slotsOf } from "../grants/device-slots.ts";
import { startGrant } from "../grants/grant-period.ts";
import { type GuardedGrant, movesLeft } from "../grants/guards/code-guard.ts";
import { isUnremembered } from "../grants/memory-policy.ts";
import { aboutGrant, type Site, usageOf } from "../grants/site.ts";
import { isUnused } from "../state/apply-record.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import { type Decision, type Devices, decide, type SlotDecision } from "./decide.ts";
import { mayBegin } from "./free/free-access.ts";

export interface Admission {
  readonly grant: GuardedGrant;
  readonly device: string;
  readonly mac: string | null;
  readonly wish: Devices["wish"];
  /** Hash of a fresh log-in token that this admission spends; null: none. */
  readonly spends: string | null;
  /** See `Devices`. */
  readonly hasPage?: boolean;
}

export type AdmissionResult =
  | {
      readonly kind: "accept";
      readonly limits: Extract<Decision, { kind: "accept" }>["limits"];
      /** See `AccessLimits.devices`. */
      readonly devices: number;
      /** Null: nothing had to be written. */
      readonly durable: Promise<void> | null;
    }
  | { readonly kind: "reject"; readonly reason: RejectReason };

/** One synchronous step: a voucher that comes twice at once starts once, and both answers wait for the disk. */
export function admit(site: Site, admission: Admission): AdmissionResult {
  const { grant, device, mac, wish, hasPage = false } = admission;
  const wall = site.world.clock.wall();
  if (kindOfGrant(grant.grantId) === "free" && grant.startedAtMs === null && !mayBegin(site, grant.grantId, admission))
    return { kind: "reject", reason: "disabled" };
  if (!isForDevice(site, grant.grantId, mac)) return { kind: "reject", reason: "other-device" };
  const slots = slotsFor(site, admission);
  const mayReplace = mayMove(site, grant.grantId, wall.atMs);
  const asking = { slots, asking: { device, mac }, wish, mayReplace, hasPage };
  const decision = decide(grant, usageOf(site, grant), asking, wall);
  if (decision.kind === "reject") return decision;
  const about = aboutGrant(grant.grantId);
  const events = eventsOf(site, admission, { slot: decision.slot, slots }, wall.atMs);
  const devices = devicesAtRouter(site, grant, decision.slot);
  if (events.length === 0)
    return { kind: "accept", limits: decision.limits, devices, durable: whenWritten(site, about) };
  const before = whenWritten(site, about);
  // Not `whenWritten`: that knows nothing of events which the journal refused.
  const written = site.recorder.record(events, { about, onlyIfWritable: true });
  const begins = events[0]?.kind === "grant-started";
  const isHeld = decision.slot.kind === "held" && !begins;
  const durable = isHeld && isSpent(site, admission) ? before : written;
  if (begins && grant.startedAtMs === null) takeBackWhereRefused(site, grant.grantId, written);
  return { kind: "accept", limits: decision.limits, devices, durable };
}

/**
 * A one-time log-in for a place that the device has needs no disk. A power cut that loses its records takes nothing and gives nothing twice: what is
 * unspent dies with the agent's memory, and the phone asks the portal for another. So a crowd that comes back waits for no slow stick. A journal that
 * takes nothing more has not spent it.
 */
const isSpent = ({ state }: Site, { spends }: Admission): boolean => spends !== null && state.tokens.has(spends);

/**
 * The first device that meets a disk that fails is turned away, and the first use is in the state already: the journal writes it later. The time of
 * who got nothing must not run, so a record takes the start back, and the next admission is the first use. Not where the grant began elsewhere: its
 * time ran before it came here.
 */
function takeBackWhereRefused({ state, recorder }: Site, grantId: string, durable: Promise<void>): void {
  durable.catch(() => {
    // A journal that could not even queue the start has nothing to take back.
    if (state.grants.has(grantId) && isUnused(state, grantId))
      void recorder.record({ kind: "start-refused", grantId }, { about: aboutGrant(grantId) });
  });
}

/**
 * The router counts the sessions of a user, and those of devices that lost their slots still run for some seconds, because they end
 * only once the new device is let in. A router that counted to the number of slots would refuse it, and put the customer off both.
 */
function devicesAtRouter(site: Site, { grantId, terms }: Grant, slot: SlotDecision): number {
  const running = (site.state.open.byGrant.get(grantId)?.size ?? 0) + 1;
  const replaced = slot.kind === "take" && slot.replaces !== null ? terms.devices + 1 : terms.devices;
  return Math.max(running, replaced);
}

/**
 * An account may be tied to devices after others logged in with it, because somebody else knew its password: what their router repeats, and a place
 * that they hold, open it no more.
 */
export function isForDevice({ catalogue }: Pick<Site, "catalogue">, grantId: string, mac: string | null): boolean {
  const macs = kindOfGrant(grantId) === "account" ? (catalogue.presentAccount(grantId)?.macs ?? []) : [];
  return macs.length === 0 || (mac !== null && macs.includes(mac));
}

/** May it still go to another device today? */
export const mayMove = (site: Site, grantId: string, nowMs: number): boolean => movesLeft(site, grantId, nowMs) !== 0;

function whenWritten(site: Site, about: string): Promise<void> | null {
  const durable = site.recorder.unwritten(about);
  durable?.catch(() => {}); // a caller may ignore the promise
  return durable;
}

/** Would `admit` accept now? Writes nothing. */
export const wouldAdmit = (site: Site, asked: Omit<Admission, "spends">): boolean => refusalOf(site, asked) === null;

/** Why this device does not get in silently. Null: it does. Writes nothing. */
export const silentRefusal = (site: Site, asked: Omit<Admission, "spends" | "wish">): RejectReason | null =>
  refusalOf(site, { ...asked, wish: "re-enter" });

function refusalOf(site: Site, asked: Omit<Admission, "spends">): RejectReason | null {
  const { grant, device, mac, wish, hasPage = false } = asked;
  const wall = site.world.clock.wall();
  if (!isForDevice(site, grant.grantId, mac)) return "too-many-devices";
  const mayReplace = mayMove(site, grant.grantId, wall.atMs);
  const devices = { slots: slotsOf(site.state, grant.grantId), asking: { device, mac }, wish, mayReplace, hasPage };
  const decision = decide(grant, usageOf(site, grant), devices, wall);
  return decision.kind === "reject" ? decision.reason : null;
}

/** What an accepted device adds to the journal. Nothing for a device that was here before. */
function eventsOf(
  site: Site,
  { grant, device, mac, spends }: Admission,
  { slot, slots }: { readonly slot: SlotDecision; readonly slots: readonly Slot[] },
  nowMs: number,
): JournalEvent[] {
  const { grantId } = grant;
  const events: JournalEvent[] = [];
  if (!site.state.grants.has(grantId)) {
    const isBridge = kindOfGrant(grantId) === "bridge";
    events.push({
      kind: "grant-started",
      grant: startGrant(grant, nowMs),
      voucher: voucherRefOf(grantId),
      ...(isBridge ? { bridge: true } : {}),
      ...(isUnremembered(site.state, grantId) ? { unremembered: true } : {}),
    });
  }
  if (spends !== null) events.push({ kind: "token-spent", tokenHash: spends, grantId, mac });
  const binding = slotBinding(slot, slots, { device, mac });
  if (binding !== null) events.push({ kind: "device-bound", grantId, mac, ...binding });
  return events;
}

/** The binding to record; null: the slot stays as it is. A device whose MAC changed is bound again. */
export function slotBinding(
  slot: SlotDecision,
  slots: readonly Pick<Slot, "device" | "mac">[],
  asking: AskingDevice,
): { device: string; replaces: string | null } | null {
  if (slot.kind === "take") return { device: asking.device, replaces: slot.replaces };
  const held = slots.find(({ device }) => device === asking.device) ?? slots.find((other) => holds(other, asking));
  if (held === undefined || asking.mac === null || held.mac === asking.mac) return null;
  return { device: held.device, replaces: null };
}

/** As `slotsOf`. A device that holds a slot needs no other slots, and nobody must look for sessions. A fast path. */
function slotsFor(site: Site, { grant, device, mac }: Admission): readonly Slot[] {
  const bound = site.state.slots.get(grant.grantId);
  if (bound === undefined) return [];
  for (const slot of bound) if (slot.device === device && slot.mac === mac) return [{ device, mac, online: true }];
  return slotsOf(site.state, grant.grantId);
}
