/**
 * Selling for cash at the agent itself, hub or no hub. A sale is a record in the journal, and on disk before anybody reads its
 * code; the customer starts it with the code, as with a voucher's.
 */
import { cents } from "@karibu/protocol/quantities";
import { aboutGrant, type SiteDesk } from "../access/admit.ts";
import type { Guesser, GuessingGuard } from "../access/guessing.ts";
import { afterWrongTry, lockedForMs } from "../access/guessing-policy.ts";
import type { LockMemory } from "../access/lock-memory.ts";
import { shortHash } from "../grants/file-grant-keys.ts";
import { unstarted } from "../grants/voucher-catalogue.ts";
import type { RaiseAlarm } from "../state/alarms.ts";
import type { CashSale } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import { pinFits } from "./pin.ts";
import { outCents, pinLimits, type SaleRefusal, saleRefusal } from "./sell-policy.ts";
import { type CashBooks, type Seller, sellerName } from "./sellers.ts";
import { createTurns } from "./serial-queues.ts";

export interface SaleRequest {
  /** Made by the page, 32 hex digits: asked for twice it is one sale. */
  readonly saleId: string;
  readonly seller: string;
  readonly pin: string;
  readonly planKey: string;
}

export interface Sold {
  readonly kind: "sold";
  readonly code: string;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly sellerName: string;
  /** Cash out with the seller now. */
  readonly outCents: number;
  /** Null: no limit. */
  readonly floatCents: number | null;
  readonly earlier: readonly EarlierSale[];
}

/** Was refused as not written, was written after all, and nobody has seen its code: it counts, so its seller is told. */
export type EarlierSale = Pick<Sold, "code" | "planName" | "priceCents" | "currency">;

export type SaleOutcome =
  | Sold
  | {
      readonly kind: "refused";
      readonly reason: SaleRefusal;
      readonly retryAfterSeconds: number | null;
      /** Only for who gave the right PIN. */
      readonly earlier?: readonly EarlierSale[];
    };

export interface CashDesk {
  readonly isOpen: boolean;
  plans: CashBooks["plans"];
  /** Never rejects. */
  sell(request: SaleRequest, from: Guesser): Promise<SaleOutcome>;
}

const codeLength = 10;
const suspectsMax = 1000;
/** Tries of one seller that wait for the one before them: a hash takes some 15 ms, and no person types that fast. */
const waitingMax = 8;
/** Tries of all sellers that wait for their hash. */
const hashesMax = 32;

export function createCashDesk(
  desk: SiteDesk,
  parts: {
    readonly books: CashBooks;
    readonly guard: GuessingGuard;
    readonly raiseAlarm: RaiseAlarm;
    readonly locks: LockMemory;
  },
): CashDesk {
  const { world, state } = desk;
  const { books, guard, raiseAlarm, locks } = parts;
  /**
   * By the hash of the name that was typed (somebody types the PIN there one day), so that a name that is none is locked
   * alike.
   */
  const suspects = locks.recall("pin", pinLimits);

  const turns = createTurns(waitingMax);
  /** One hash at a time: it holds one thread of the pool, and the journal's syncs need another. */
  const hashTurns = createTurns(hashesMax);
  /** Grants of sales that were refused as not written, by seller. The journal writes them when the disk takes them again. */
  const untold = new Map<string, Set<string>>();

  function lockedSeconds(name: string, from: Guesser): number {
    const ownMs = lockedForMs(suspects.get(shortHash(name)), world.clock.monotonicMs());
    return Math.max(Math.ceil(ownMs / 1000), guard.lockedForSeconds(from));
  }

  /** Who is told of a lock is locked after a power cut too. */
  async function wrongPin(name: string, from: Guesser, isKnown: boolean): Promise<SaleOutcome> {
    const key = shortHash(name);
    const before = suspects.get(key);
    const after = afterWrongTry(before, world.clock.monotonicMs(), false, pinLimits);
    if (suspects.size >= suspectsMax) suspects.delete(suspects.keys().next().value as string);
    suspects.set(key, after);
    guard.wrongTry(from);
    if (after.locks > (before?.locks ?? 0)) {
      if (isKnown) raiseAlarm("seller-locked", { seller: name, locks: after.locks });
      await locks.remember("pin", key, after, isKnown);
    }
    const locked = lockedSeconds(name, from);
    return locked > 0 ? refused("locked", locked) : refused("wrong-pin");
  }

  /** The right PIN: what was wrong before is forgotten, on disk too where it had come to a lock. */
  function forgive(name: string): void {
    const key = shortHash(name);
    const before = suspects.get(key);
    suspects.delete(key);
    if (before !== undefined && before.locks > 0)
      void locks.remember("pin", key, { ...before, locks: 0, lockedUntilMs: 0 }, true);
  }

  /** Looking at the lock, checking the PIN and counting a wrong one: nothing of the same name comes between. */
  async function checkPin(name: string, typed: string, from: Guesser): Promise<Seller | SaleOutcome> {
    const locked = lockedSeconds(name, from);
    if (locked > 0) return refused("locked", locked);
    const seller = books.seller(name);
    const fits = seller === null ? false : await hashTurns.take("hash", () => pinFits(seller.pin, typed));
    if (fits === null) return refused("slow-down", 1);
    if (seller === null || !fits) return await wrongPin(name, from, seller !== null);
    forgive(name);
    return seller;
  }

  async function sell(request: SaleRequest, from: Guesser): Promise<SaleOutcome> {
    if (!/^[0-9a-f]{32}$/.test(request.saleId)) return refused("bad-request");
    const name = sellerName(request.seller);
    const checked = await turns.take(shortHash(name), () => checkPin(name, request.pin, from));
    if (checked === null) return refused("slow-down", 1);
    return "kind" in checked ? checked : await record(request, checked);
  }

  /** Looking and writing in one synchronous step: two sales at once can't both fit into what is left of the float. */
  async function record(request: SaleRequest, seller: Seller): Promise<SaleOutcome> {
    const grantId = `c.${request.saleId}`;
    const known = state.sales.get(grantId);
    if (known !== undefined && known.sellerId !== seller.sellerId) return refused("bad-request");
    if (known === undefined) {
      if (spentReasonOf(state.spent, grantId) !== null) return refused("bad-request");
      const plan = books.plans().find(({ key }) => key === request.planKey);
      const refusal = saleRefusal(seller, plan, state.soldCents.get(seller.sellerId) ?? 0);
      if (refusal !== null || plan === undefined)
        return { ...refused(refusal ?? "unknown-plan"), earlier: await earlierOf(seller) };
      const { planId, priceCents, currency, terms } = plan;
      const sale = { saleId: request.saleId, sellerId: seller.sellerId, planId, currency, code: freshCode() };
      const grant = unstarted(grantId, "voucher", plan.name, terms);
      const event = { kind: "cash-sale", ...sale, priceCents: cents(priceCents), grant } as const;
      void desk.recorder.offer([event], aboutGrant(grantId)); // `settled`, below, tells
      if (!state.sales.has(grantId)) return refused("not-written"); // not even begun
      world.log.info("cash-sale", { seller: seller.sellerId, plan: plan.name });
    }
    try {
      await desk.recorder.settled(aboutGrant(grantId));
    } catch (error) {
      world.log.error("cash-sale-not-written", { error: String(error) });
      const own = untold.get(seller.sellerId) ?? new Set();
      untold.set(seller.sellerId, own.add(grantId));
      return refused("not-written");
    }
    const sale = state.sales.get(grantId);
    if (sale === undefined) return refused("not-written");
    untold.get(seller.sellerId)?.delete(grantId);
    return told(sale, seller, await earlierOf(seller));
  }

  /** On disk by now; until the seller asked for it again, or a customer used it. */
  async function earlierOf({ sellerId }: Seller): Promise<EarlierSale[]> {
    const own = untold.get(sellerId);
    const found: EarlierSale[] = [];
    for (const grantId of own ?? []) {
      const sale = state.sales.get(grantId);
      if (sale === undefined || state.grants.has(grantId)) own?.delete(grantId);
      else if (await isWritten(grantId)) {
        const { code, priceCents, currency, grant } = sale;
        found.push({ code, planName: grant.planName, priceCents, currency });
      }
    }
    return found;
  }

  async function isWritten(grantId: string): Promise<boolean> {
    try {
      await desk.recorder.settled(aboutGrant(grantId));
      return true;
    } catch {
      return false;
    }
  }

  function told(sale: CashSale, seller: Seller, earlier: readonly EarlierSale[]): Sold {
    const { code, priceCents, currency, grant } = sale;
    const out = outCents(seller, state.soldCents.get(seller.sellerId) ?? 0);
    const { name, floatCents } = seller;
    return {
      kind: "sold",
      code,
      planName: grant.planName,
      priceCents,
      currency,
      sellerName: name,
      outCents: out,
      floatCents,
      earlier,
    };
  }

  /** Digits that no voucher of this site has. */
  function freshCode(): string {
    for (;;) {
      const digits = Array.from(world.random.bytes(codeLength * 4), (byte) => byte).filter((byte) => byte < 250);
      const code = digits
        .slice(0, codeLength)
        .map((byte) => byte % 10)
        .join("");
      if (code.length === codeLength && desk.books.voucher(code) === null) return code;
    }
  }

  return {
    get isOpen() {
      return books.hasSellers;
    },
    plans: books.plans,
    sell,
  };
}

function refused(reason: SaleRefusal, retryAfterSeconds: number | null = null): SaleOutcome {
  return { kind: "refused", reason, retryAfterSeconds };
}
