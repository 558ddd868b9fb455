/**
 * A phone gives its place in a grant to another phone: it shows a code of eight digits, which the other one types where a voucher's code goes.
 *
 * Attacks   Who guesses such codes shares the limits of voucher codes (`redeem.ts`): eight wrong ones lock the device, a hundred the whole site.
 *           A code lives ten minutes, works once, for the grant's own place alone, and each grant has one at most; a site has a thousand. After a
 *           restart of the agent they are gone, and the phone shows another. What the giver logged in with is worth nothing afterwards.
 */
import type { World } from "@karibu/protocol/world";
import { slotsOf } from "../../grants/device-slots.ts";
import { type Site, usageOf } from "../../grants/site.ts";
import { mayMove } from "../admit.ts";
import { decide } from "../decide.ts";
import { type Device, type RedeemOutcome, seenOf } from "../portal-access.ts";
import { askingDevice } from "../portal-device.ts";
import { recordLoss } from "../record-loss.ts";

export interface TransferOffers {
  /** Gives up an earlier offer of the same grant. `device`: the key of the slot that is given away. */
  offer(grantId: string, device: string): { readonly code: string; readonly seconds: number };
  isOffer(typed: string): boolean;
  /** Call it for what `isOffer` knows. On disk when the promise resolves; a code that was refused stays good. */
  accept(typed: string, device: Device): Promise<RedeemOutcome>;
}

const lifeMs = 600_000;
const offersMax = 1000;
const digits = 8;

interface Offer {
  readonly grantId: string;
  readonly device: string;
  /** Monotonic. */
  readonly expiresMs: number;
}

export function createTransferOffers(site: Site, kick: (sessionKey: string) => boolean): TransferOffers {
  const { world, state, catalogue } = site;
  const offers = new Map<string, Offer>();

  function current(typed: string): readonly [string, Offer] | null {
    const code = typed.replace(/[\s-]+/g, "");
    const found = offers.get(code);
    if (found === undefined || found.expiresMs <= world.clock.monotonicMs()) return null;
    return [code, found];
  }

  return {
    offer(grantId, device) {
      const nowMs = world.clock.monotonicMs();
      for (const [code, one] of offers) if (one.grantId === grantId || one.expiresMs <= nowMs) offers.delete(code);
      if (offers.size >= offersMax) offers.delete(offers.keys().next().value as string);
      let code = newCode(world);
      // A voucher's code keeps its meaning: who types it does not take another's place.
      while (offers.has(code) || catalogue.voucher(code) !== null) code = newCode(world);
      offers.set(code, { grantId, device, expiresMs: nowMs + lifeMs });
      return { code, seconds: lifeMs / 1000 };
    },
    isOffer: (typed) => current(typed) !== null,
    async accept(typed, device) {
      const [code, found] = current(typed) ?? [];
      const grant = found === undefined ? null : catalogue.grantOf(found.grantId);
      if (code === undefined || found === undefined || grant === null) return refused("unknown-user");
      const { grantId, planName } = grant;
      const slots = slotsOf(state, grantId);
      const giver = slots.find((slot) => slot.device === found.device);
      if (giver === undefined) return refused("unknown-user");
      // As `isAnothersDevice`: what another system had tied to one device goes to no other.
      const onlyMac = catalogue.onlyMacOf(grantId);
      if (onlyMac !== null && onlyMac !== seenOf(device).mac) return refused("too-many-devices");
      const asking = askingDevice(device);
      const others = slots.filter((slot) => slot !== giver);
      const wall = world.clock.wall();
      const decision = decide(grant, usageOf(site, grant), { slots: others, asking, wish: "enter" }, wall);
      if (decision.kind === "reject") return refused(decision.reason);
      // The phone has a place of its own, or is the giver.
      if (decision.slot.kind === "held" || giver.device === asking.device)
        return { kind: "redeemed", grantId, planName };
      if (!mayMove(site, grantId, wall.atMs)) return refused("moved-too-often");
      const moved = { kind: "device-bound", grantId, device: asking.device, mac: device.mac, forGood: true } as const;
      offers.delete(code); // before the disk is waited for: it works once
      await recordLoss(site, { ...moved, replaces: giver.device }, giver, kick);
      return { kind: "redeemed", grantId, planName };
    },
  };
}

function newCode({ random }: Pick<World, "random">): string {
  const number = Buffer.from(random.bytes(6)).readUIntBE(0, 6) % 10 ** digits;
  return String(number).padStart(digits, "0");
}

function refused(reason: Extract<RedeemOutcome, { kind: "refused" }>["reason"]): RedeemOutcome {
  return { kind: "refused", reason, retryAfterSeconds: null };
}
