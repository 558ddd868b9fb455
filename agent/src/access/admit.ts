/**
 * Admitting a device to a grant: the step that RADIUS and the portal share. Asks `decide`, writes down what its answer
 * means (first use, device slot, spent token) and says from when on it may be told to anybody.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import type { World } from "@karibu/protocol/world";
import type { SiteBooks } from "../grants/catalogue.ts";
import { deviceOfHost } from "../grants/device-keys.ts";
import type { LiveUsage } from "../state/live-usage.ts";
import type { Recorder } from "../state/recorder.ts";
import { type SiteState, sessionsOf } from "../state/site-state.ts";
import type { RejectReason } from "./access.ts";
import { type Decision, type Devices, decide, holds, type Slot, startGrant, type Usage } from "./decide.ts";

/** What log-in, accounting, desk and sweeper share of one site. */
export interface SiteDesk {
  readonly world: World;
  readonly state: SiteState;
  readonly books: SiteBooks;
  readonly live: LiveUsage;
  readonly recorder: Recorder;
}

export interface Admission {
  readonly grant: Grant;
  readonly device: string;
  readonly mac: string | null;
  readonly wish: Devices["wish"];
  /** A fresh log-in token that this spends. */
  readonly spends: string | null;
}

export type Admitted =
  | {
      readonly kind: "accept";
      readonly limits: Extract<Decision, { kind: "accept" }>["limits"];
      /** Null when nothing had to be written. */
      readonly durable: Promise<void> | null;
    }
  | { readonly kind: "reject"; readonly reason: RejectReason };

export const aboutGrant = (grantId: string): string => `grant ${grantId}`;
/** The key itself, which is hex and so no grant's: asked for each accounting packet, and its hash is known already. */
export const aboutSession = (sessionKey: string): string => sessionKey;

/** All in one synchronous step: the same voucher twice in flight is started once, and both answers wait for the disk. */
export function admit(desk: SiteDesk, admission: Admission): Admitted {
  const { grant, device, mac, wish } = admission;
  const wall = desk.world.clock.wall();
  const slots = slotsFor(desk, admission);
  const decision = decide(grant, usageOf(desk, grant), { slots, asking: { device, mac }, wish }, wall);
  if (decision.kind === "reject") return decision;
  const about = aboutGrant(grant.grantId);
  const news = newsOf(desk, admission, decision, slots, wall.atMs);
  if (news.length === 0) return { kind: "accept", limits: decision.limits, durable: settled(desk, about) };
  // Not `settled`: it knows nothing of what was not even begun.
  return { kind: "accept", limits: decision.limits, durable: desk.recorder.offer(news, about) };
}

function settled(desk: SiteDesk, about: string): Promise<void> | null {
  const durable = desk.recorder.settled(about);
  durable?.catch(() => {}); // for a caller that does not wait
  return durable;
}

/** With the seconds since the last report, as the sweeper counts: who is thrown out at the end does not get it all again. */
export function usageOf({ live, books }: Pick<SiteDesk, "live" | "books">, { grantId, terms }: Grant): Usage {
  return terms.useSeconds === null ? live.reported(grantId) : live.now(grantId, books.interimSeconds);
}

/** Would this be let in now? Writes nothing. */
export function wouldAdmit(desk: SiteDesk, { grant, device, mac, wish }: Omit<Admission, "spends">): boolean {
  const devices = { slots: slotsOf(desk, grant.grantId), asking: { device, mac }, wish };
  return decide(grant, usageOf(desk, grant), devices, desk.world.clock.wall()).kind === "accept";
}

/** What an accepted device's entry adds to the journal: nothing at all for one that was here before. */
function newsOf(
  desk: SiteDesk,
  { grant, device, mac, spends }: Admission,
  { slot }: Extract<Decision, { kind: "accept" }>,
  slots: readonly Slot[],
  nowMs: number,
): JournalEvent[] {
  const { grantId } = grant;
  const events: JournalEvent[] = [];
  if (!desk.state.grants.has(grantId)) {
    const voucher = desk.books.voucherRefOf(grantId);
    const isBridge = grantId.startsWith("b.");
    events.push({
      kind: "grant-started",
      grant: startGrant(grant, nowMs),
      voucher,
      ...(isBridge ? { bridge: true } : {}),
    });
  }
  if (spends !== null) events.push({ kind: "token-spent", tokenHash: spends, grantId, mac });
  const bound = slotNews(slot, slots, { device, mac });
  if (bound !== null) events.push({ kind: "device-bound", grantId, mac, ...bound });
  return events;
}

/** A slot held under another MAC than now is bound again: the phone changed its address, or the NAS told it at last. */
export function slotNews(
  slot: Extract<Decision, { kind: "accept" }>["slot"],
  slots: readonly Pick<Slot, "device" | "mac">[],
  asking: { readonly device: string; readonly mac: string | null },
): { device: string; replaces: string | null } | null {
  if (slot.kind === "take") return { device: asking.device, replaces: slot.replaces };
  const held = slots.find(({ device }) => device === asking.device) ?? slots.find((other) => holds(other, asking));
  if (held === undefined || asking.mac === null || held.mac === asking.mac) return null;
  return { device: held.device, replaces: null };
}

/** As `slotsOf`; a device that holds a slot as it stands needs to know of no other, nor who is online. */
function slotsFor(desk: SiteDesk, { grant, device, mac }: Admission): readonly Slot[] {
  const bound = desk.state.slots.get(grant.grantId);
  if (bound === undefined) return [];
  for (const slot of bound) if (slot.device === device && slot.mac === mac) return [{ device, mac, online: true }];
  return slotsOf(desk, grant.grantId);
}

/** The grant's slots, and whether each one's device has a session open. */
export function slotsOf(desk: Pick<SiteDesk, "state">, grantId: string): Slot[] {
  const bound = desk.state.slots.get(grantId);
  if (bound === undefined) return [];
  const keys = desk.state.open.byGrant.get(grantId);
  if (keys === undefined) return bound.map(({ device, mac }) => ({ device, mac, online: false }));
  const online = new Set<string>();
  for (const session of sessionsOf(desk.state, keys)) {
    online.add(deviceOfHost(session));
    if (session.mac !== null) online.add(session.mac);
  }
  return bound.map(({ device, mac }) => ({
    device,
    mac,
    online: online.has(device) || (mac !== null && online.has(mac)),
  }));
}
