/** The customer desk: what the portal asks of the site, answered from its state. */
import type { Grant } from "@karibu/protocol/grant";
import type { Online } from "@karibu/protocol/portal-api";
import { bytes } from "@karibu/protocol/quantities";
import { deviceOfToken } from "../grants/device-keys.ts";
import { type ClaimGrant, type ClaimLease, claimVoucher } from "../grants/lease.ts";
import { refusalOf } from "../grants/voucher-policy.ts";
import { grantsHeldBy, heldGrants } from "../state/held-grants.ts";
import { openSessions, type Session, sessionsOf } from "../state/site-state.ts";
import type { RejectReason } from "./access.ts";
import { type Admission, aboutGrant, admit, type SiteDesk, slotNews, slotsOf, usageOf } from "./admit.ts";
import { decide, endOf, holds } from "./decide.ts";
import type { GuessingGuard } from "./guessing.ts";
import { createLastGrants } from "./last-grant.ts";
import type { LogInTokens } from "./log-in-tokens.ts";
import type { CustomerDesk, Device, DeviceView, RedeemOutcome } from "./portal-access.ts";

export function createCustomerDesk(
  desk: SiteDesk,
  tokens: LogInTokens,
  guard: GuessingGuard,
  claims: { readonly lease: ClaimLease | null; readonly grant: ClaimGrant | null },
): CustomerDesk {
  const { lease: claimLease, grant: claimGrant } = claims;
  const { state, books } = desk;
  const lastGrants = createLastGrants(desk);

  /** What is left of a grant for this device; null when it would be turned away now. */
  function leftOf(grant: Grant, device: Device, wish: Admission["wish"]): (Online & { grantId: string }) | null {
    const { grantId, planName } = grant;
    const asking = { device: deviceOfToken(device.token), mac: device.mac };
    const wall = desk.world.clock.wall();
    const usage = desk.live.now(grantId, books.interimSeconds);
    const decision = decide(grant, usage, { slots: slotsOf(desk, grantId), asking, wish }, wall);
    if (decision.kind === "reject") return null;
    const { sessionSeconds, totalBytes, downKbps } = decision.limits;
    return {
      grantId,
      planName,
      secondsLeft: sessionSeconds,
      bytesLeft: totalBytes,
      bytesUsed: bytes(usage.bytes),
      endsAtMs: grant.startedAtMs === null ? null : endOf(grant, wall.atMs),
      downKbps,
    };
  }

  /** The session in which this device is online: by its MAC or address, or as the device that holds a slot. */
  function sessionOf(device: Device): Session | null {
    const mine = openSessions(state).filter(
      ({ mac, address }) =>
        (device.mac !== null && mac === device.mac) || (device.address !== null && address === device.address),
    );
    if (mine.length > 0) return newest(mine);
    const key = deviceOfToken(device.token);
    for (const grantId of heldGrants(state, key)) {
      const slot = state.slots.get(grantId)?.find((held) => held.device === key);
      if (slot?.mac == null) continue;
      const open = sessionsOf(state, state.open.byGrant.get(grantId) ?? []).filter(({ mac }) => mac === slot.mac);
      if (open.length > 0) return newest(open);
    }
    return null;
  }

  function view(device: Device): DeviceView {
    const session = sessionOf(device);
    const grant = session?.grantId == null ? null : books.grantOf(session.grantId);
    // Known by its address alone it may be another device than the slot's: what it has is the session's grant all the same.
    const asSession = session === null ? device : { ...device, mac: session.mac };
    const left = grant === null ? null : leftOf(grant, asSession, "stay");
    const { grantId: onlineGrantId, ...online } = left ?? { grantId: null };
    const heldIds = grantsHeldBy(state, deviceOfToken(device.token), ...(device.mac === null ? [] : [device.mac]));
    const held = heldIds.map(books.grantOf).filter((one) => one !== null);
    const available = held
      .filter(({ grantId }) => grantId !== grant?.grantId)
      .map((one) => leftOf(one, device, "re-enter"))
      .filter((one) => one !== null);
    if (left !== null) lastGrants.sawOnline(device, left);
    const ended = left === null ? lastGrants.endedFor(device, heldIds) : null;
    return {
      online: left === null ? null : (online as Online),
      onlineGrantId,
      available,
      ended,
      held: heldBackOf(held),
    };
  }

  async function redeem(code: string, device: Device): Promise<RedeemOutcome> {
    const lockedForSeconds = guard.lockedForSeconds(device);
    if (lockedForSeconds > 0) return refused("guessing", lockedForSeconds);
    const found = books.voucher(code);
    if (found === null) {
      guard.wrongTry(device);
      const nowLocked = guard.lockedForSeconds(device);
      return nowLocked > 0 ? refused("guessing", nowLocked) : refused("unknown-user");
    }
    const known = found.isBridge && claimLease !== null ? await claimVoucher(desk, claimLease, found, code) : found;
    const refusal = refusalOf(known, desk.world.clock.wall());
    if (refusal !== null) return refused(refusal);
    const { grant } = known;
    const { grantId, planName } = grant;
    if (grant.startedAtMs === null && isOnlineWithAnother(grantId, device)) {
      const reason = await bind(grant, device);
      return reason === null ? { kind: "redeemed", grantId, planName } : refused(reason);
    }
    const admission = { grant, device: deviceOfToken(device.token), mac: device.mac, spends: null };
    const admitted = admit(desk, { ...admission, wish: "enter" });
    if (admitted.kind === "reject") return refused(admitted.reason);
    await admitted.durable;
    return { kind: "redeemed", grantId, planName };
  }

  /** It waits its turn: what runs now is used first, and this one's time does not begin before that is over. */
  function isOnlineWithAnother(grantId: string, device: Device): boolean {
    const { onlineGrantId } = view(device);
    return onlineGrantId !== null && onlineGrantId !== grantId;
  }

  /** A slot for this device, on disk; the grant's time begins to run when it goes online. Returns why not; null: done. */
  async function bind(grant: Grant, device: Device): Promise<RejectReason | null> {
    const { grantId } = grant;
    const asking = { device: deviceOfToken(device.token), mac: device.mac };
    const slots = slotsOf(desk, grantId);
    const usage = usageOf(desk, grant);
    const decision = decide(grant, usage, { slots, asking, wish: "enter" }, desk.world.clock.wall());
    const bound = decision.kind === "accept" ? slotNews(decision.slot, slots, asking) : null;
    if (bound !== null) {
      await desk.recorder.offer([{ kind: "device-bound", grantId, mac: device.mac, ...bound }], aboutGrant(grantId));
    }
    await desk.recorder.settled(aboutGrant(grantId));
    return decision.kind === "accept" ? null : decision.reason;
  }

  async function claimPurchase(
    purchaseId: string,
    device: Device,
  ): Promise<{ kind: "granted"; grantId: string } | { kind: "wait" }> {
    const grantId = books.purchase(purchaseId)?.grant.grantId;
    const grant = grantId === undefined ? null : books.grantOf(grantId);
    if (grantId === undefined || grant === null) return { kind: "wait" };
    await bind(grant, device);
    return { kind: "granted", grantId };
  }

  async function claimRoaming(
    purchaseId: string,
    device: Device,
  ): Promise<{ kind: "granted"; grantId: string } | { kind: "wait" }> {
    const answer = claimGrant === null ? null : await claimGrant(purchaseId);
    if (answer?.kind !== "bridge") return await claimPurchase(purchaseId, device); // the feed may have been quicker
    const grant = books.bridgeOf(answer.grant);
    if (grant === null) return { kind: "wait" };
    // Begun at once: only the journal knows of a bridge.
    const admission = { grant, device: deviceOfToken(device.token), mac: device.mac, spends: null };
    const admitted = admit(desk, { ...admission, wish: "enter" });
    if (admitted.kind === "reject") return { kind: "wait" };
    await admitted.durable;
    return { kind: "granted", grantId: grant.grantId };
  }

  return {
    view,
    redeem,
    claimPurchase,
    claimRoaming,
    issueLogIn(grantId, device) {
      const { mac, address } = device;
      const secret = tokens.issue({ grantId, device: slotDevice(grantId, device), mac, address });
      return { username: secret, password: secret };
    },
  };

  /** A slot that this device holds by its MAC keeps its name: it must not count as a second device. */
  function slotDevice(grantId: string, device: Device): string {
    const key = deviceOfToken(device.token);
    const slots = state.slots.get(grantId) ?? [];
    const held =
      slots.find((slot) => slot.device === key) ?? slots.find((slot) => holds(slot, { device: key, mac: device.mac }));
    return held?.device ?? key;
  }
}

/** The newest of them that somebody holds back, and why. */
function heldBackOf(grants: readonly Grant[]): DeviceView["held"] {
  const grant = grants.find(({ suspended, revokedAtMs }) => suspended !== undefined && revokedAtMs === null);
  if (grant?.suspended === undefined) return null;
  return { planName: grant.planName, reason: "suspended", text: grant.suspended.reason };
}

function newest(sessions: readonly Session[]): Session | null {
  return sessions.reduce<Session | null>(
    (best, one) => (best && best.startedAtMs > one.startedAtMs ? best : one),
    null,
  );
}

function refused(
  reason: Extract<RedeemOutcome, { kind: "refused" }>["reason"],
  retryAfterSeconds: number | null = null,
): RedeemOutcome {
  return { kind: "refused", reason, retryAfterSeconds };
}
