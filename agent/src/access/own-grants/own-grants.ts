/**
 * What a customer's device has at this site, and what its owner does with it: gives it to another phone, takes another device off, pauses it,
 * chooses a PIN. See `own-grants-policy.ts` for who attacks this. Works without the hub; each change is on disk before it is answered.
 */
import type { CodeGuard } from "@karibu/protocol/codes/code-guard";
import { deviceOfToken } from "@karibu/protocol/device-key";
import { kindOfGrant, windowPrefix } from "@karibu/protocol/grant-id";
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { Online } from "@karibu/protocol/portal-api";
import { bytes, type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { slotsOf } from "../../grants/device-slots.ts";
import { endOf } from "../../grants/grant-period.ts";
import { type GuardedGrant, isGuardable, movesLeft } from "../../grants/guards/code-guard.ts";
import { fitsGuardPin, newGuardPin } from "../../grants/guards/guard-pin.ts";
import { aboutGrant, type Site, usageOf } from "../../grants/site.ts";
import { createRateLimit } from "../../ground/rate-limit.ts";
import { grantsHeldBy } from "../../state/held-grants.ts";
import type { RejectReason } from "../../state/reject-reason.ts";
import { mayMove } from "../admit.ts";
import { decide } from "../decide.ts";
import type { GuessingGuard } from "../guessing/guessing.ts";
import { ownTriesOf } from "../guessing/pin-guard.ts";
import { isAddedDevice } from "../other-devices/other-devices-policy.ts";
import { type Device, type PortalAccess, provenOf } from "../portal-access.ts";
import { askingDevice, slotDeviceOf } from "../portal-device.ts";
import { recordLoss } from "../record-loss.ts";
import { isGoodPin, type OwnAct, type OwnRefusal, refusesOwn } from "./own-grants-policy.ts";
import type { TransferOffers } from "./transfer-offers.ts";

export interface OwnGrants {
  /** Newest first. */
  list(asker: Device): readonly OwnGrant[];
  /** `code`: a voucher's, or what another phone shows. */
  readonly redeem: PortalAccess["redeem"];
  pause(asker: Device, grantId: string): Promise<OwnOutcome>;
  resume(asker: Device, order: PinOrder): Promise<OwnOutcome>;
  /** `chosen` empty: none any more. */
  choosePin(asker: Device, order: PinOrder & { readonly chosen: string }): Promise<OwnOutcome>;
  offer(asker: Device, order: PinOrder): Promise<OwnOutcome>;
  /** `named`: as `OwnDevice` has it. Its sessions end too. */
  takeOff(asker: Device, order: PinOrder & { readonly named: string }): Promise<OwnOutcome>;
}

interface PinOrder {
  readonly grantId: string;
  /** As typed; looked at only where there is one. */
  readonly pin: string;
}

export type OwnOutcome =
  | { readonly kind: "done"; readonly offer?: { readonly code: string; readonly seconds: number } }
  | { readonly kind: "refused"; readonly reason: OwnRefusal };

export interface OwnGrant {
  readonly grantId: string;
  readonly planName: string;
  readonly isAccount: boolean;
  /** This device is online with it. */
  readonly isOnline: boolean;
  /** What is left of it, also while it is paused. Null: it is over, or can't be used now; `reason` says why. */
  readonly left: Pick<Online, "secondsLeft" | "bytesLeft" | "bytesUsed" | "endsAtMs" | "downKbps"> | null;
  readonly reason: RejectReason | null;
  readonly isPaused: boolean;
  readonly hasPin: boolean;
  readonly mayPause: boolean;
  readonly mayPin: boolean;
  /** It may go to another device, and others may be taken off it. */
  readonly isMovable: boolean;
  /** How many devices it lets in at once. */
  readonly places: number;
  readonly devices: readonly OwnDevice[];
  /** How often it may go to another device today. Null: no limit. */
  readonly movesLeft: number | null;
}

export interface OwnDevice {
  /** For one asker; nobody learns a MAC from it. */
  readonly name: string;
  readonly isThis: boolean;
  readonly isOnline: boolean;
  /** The end of its MAC; empty: not known. */
  readonly lastOctets: string;
  /** It was put online from another one, whose page has it. */
  readonly isAdded: boolean;
}

/** Flash wears: changes of one grant. */
const changes = { burst: 12, everyMs: 2 * 3_600_000, keysMax: 4096 };
const shownMax = 6;

export function createOwnGrants(
  site: Site,
  parts: {
    readonly view: PortalAccess["view"];
    readonly redeem: PortalAccess["redeem"];
    readonly guard: GuessingGuard;
    readonly offers: Pick<TransferOffers, "offer">;
    readonly kick: (sessionKey: string) => boolean;
  },
): OwnGrants {
  const { world, state, catalogue } = site;
  const limit = createRateLimit(changes);

  function heldBy(asker: Device): GuardedGrant[] {
    const { token, mac } = provenOf(asker);
    const ids = grantsHeldBy(state, deviceOfToken(token), ...(mac === null ? [] : [mac])).filter((id) => !isWindow(id));
    return ids.map(catalogue.grantOf).filter((grant) => grant !== null);
  }

  function viewOf(grant: GuardedGrant, asker: Device, onlineGrantId: string | null): OwnGrant {
    const { grantId, planName, terms } = grant;
    const wall = world.clock.wall();
    const slots = slotsOf(state, grantId);
    const usage = usageOf(site, grant);
    const { paused: _, ...running } = grant;
    const asking = askingDevice(provenOf(asker));
    const decision = decide(running, usage, { slots, asking, wish: "re-enter" }, wall);
    const guard = catalogue.guardOf(grantId);
    const rule = catalogue.guardRule;
    const own = slotDeviceOf(state, grantId, provenOf(asker));
    const isAccount = grant.origin === "account";
    return {
      grantId,
      planName,
      isAccount,
      isOnline: grantId === onlineGrantId,
      left:
        decision.kind === "reject"
          ? null
          : {
              secondsLeft: decision.limits.sessionSeconds,
              bytesLeft: decision.limits.totalBytes,
              bytesUsed: bytes(usage.bytes),
              endsAtMs: shownEndOf(grant, wall),
              downKbps: decision.limits.downKbps,
            },
      reason: decision.kind === "reject" ? decision.reason : null,
      isPaused: guard?.paused === true,
      hasPin: guard?.pin != null,
      mayPause: rule?.mayPause === true && isGuardable(grantId),
      mayPin: rule?.mayPin === true && isGuardable(grantId) && catalogue.opensByCode(grantId),
      isMovable: isMovable(grantId),
      places: terms.devices,
      devices: slots.map(({ device, mac, online }) => ({
        name: nameFor(asker, device),
        isThis: device === own,
        isOnline: online,
        lastOctets: mac === null ? "" : mac.slice(9),
        isAdded: isAddedDevice(device),
      })),
      movesLeft: movesLeft(site, grantId, wall.atMs),
    };
  }

  /**
   * `act` where it is allowed. A wrong PIN counts as one of the code, and as a wrong try of its device; but only the own ones of who has a place
   * lock it, or a stranger with the code would keep the owner off.
   */
  async function guarded(
    act: OwnAct,
    asker: Device,
    { grantId, pin }: PinOrder,
    work: (guard: CodeGuard | null) => Promise<OwnOutcome>,
  ): Promise<OwnOutcome> {
    const isHolder = heldBy(asker).some((grant) => grant.grantId === grantId);
    const guard = isHolder ? catalogue.guardOf(grantId) : null;
    const nowMs = world.clock.wall().atMs;
    const { pins } = parts.guard;
    const ownTries = ownTriesOf(grantId, slotDeviceOf(state, grantId, provenOf(asker)));
    const refusal = refusesOwn(act, {
      isHolder,
      isOnline: isHolder && parts.view(provenOf(asker)).onlineGrantId === grantId,
      rule: catalogue.guardRule,
      isGuardable: isGuardable(grantId),
      opensByCode: isHolder && catalogue.opensByCode(grantId),
      isMovable: isMovable(grantId),
      guard,
      fitsPin: () => pin !== "" && guard?.pin != null && fitsGuardPin(guard.pin, pin),
      isLocked: pins.lockedForSeconds(ownTries) > 0 || parts.guard.lockedForSeconds(provenOf(asker)) > 0,
      mayMove: mayMove(site, grantId, nowMs),
    });
    if (refusal === "wrong-pin" && pin !== "") {
      for (const name of [grantId, ownTries]) pins.wrongPin(name);
      parts.guard.wrongTry(provenOf(asker));
    }
    if (refusal !== null) return { kind: "refused", reason: refusal };
    // Nothing to write: who repeats it wears no flash, and takes no change away from the owner.
    if ((act === "pause" || act === "resume") && (guard?.paused === true) === (act === "pause"))
      return { kind: "done" };
    if (limit.take(grantId, world.clock.monotonicMs()) > 0) return { kind: "refused", reason: "too-often" };
    return await work(guard);
  }

  async function keep(grantId: string, guard: Omit<CodeGuard, "guardId">): Promise<OwnOutcome> {
    const event = { kind: "grant-guarded", grantId, guardId: newSecret(world, 8), ...guard } as const;
    await site.recorder.record([event], { about: aboutGrant(grantId), onlyIfWritable: true });
    world.log.info("code-guarded", { grant: grantId, paused: guard.paused, pin: guard.pin !== null });
    return { kind: "done" };
  }

  return {
    list(asker) {
      const { onlineGrantId } = parts.view(provenOf(asker));
      return heldBy(asker)
        .map((grant) => viewOf(grant, asker, onlineGrantId))
        .filter(({ left, isPaused, reason }) => left !== null || isPaused || reason === "suspended")
        .slice(0, shownMax);
    },
    redeem: parts.redeem,
    pause: (asker, grantId) =>
      guarded("pause", asker, { grantId, pin: "" }, (guard) =>
        keep(grantId, { paused: true, pin: guard?.pin ?? null }),
      ),
    resume: (asker, order) =>
      guarded("resume", asker, order, (guard) => keep(order.grantId, { paused: false, pin: guard?.pin ?? null })),
    choosePin: (asker, order) =>
      guarded("choose-pin", asker, order, async (guard) => {
        const chosen = order.chosen.replace(/\s+/g, "");
        if (chosen !== "" && !isGoodPin(chosen)) return { kind: "refused", reason: "bad-pin" };
        const pin = chosen === "" ? null : newGuardPin(world, chosen);
        return await keep(order.grantId, { paused: guard?.paused === true, pin });
      }),
    offer: (asker, order) =>
      guarded("offer", asker, order, async () => {
        const { grantId } = order;
        return { kind: "done", offer: parts.offers.offer(grantId, slotDeviceOf(state, grantId, provenOf(asker))) };
      }),
    takeOff: (asker, order) =>
      guarded("take-off", asker, order, async () => {
        const { grantId, named } = order;
        const own = slotDeviceOf(state, grantId, provenOf(asker));
        const slot = state.slots.get(grantId)?.find(({ device }) => nameFor(asker, device) === named);
        if (slot === undefined || slot.device === own) return { kind: "refused", reason: "no-such-device" };
        await recordLoss(
          site,
          { kind: "device-unbound", grantId, device: slot.device, forGood: true },
          slot,
          parts.kick,
        );
        return { kind: "done" };
      }),
  };
}

/** On the clock that the customer reads. */
function shownEndOf(
  grant: GuardedGrant,
  { atMs, likelyMs = atMs }: { readonly atMs: number; readonly likelyMs?: number },
): UnixMs | null {
  if (grant.startedAtMs === null) return null;
  const endMs = endOf(grant, atMs);
  return endMs === null ? null : unixMs(endMs + likelyMs - atMs);
}

const isMovable = (grantId: string): boolean => {
  const kind = kindOfGrant(grantId);
  return kind !== "account" && kind !== "free";
};
/** Nobody's package: it leads to the page of a payment. */
const isWindow = (grantId: string): boolean => grantId.startsWith(windowPrefix);
const nameFor = ({ token }: Device, device: string): string => sha256Hex(`${token} ${device}`).slice(0, 16);
