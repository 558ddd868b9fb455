/**
 * Sales for cash at the agent, with or without the hub. A sale is a record in the journal, and it is on disk before anybody reads
 * its code. The customer starts it with the code, like a voucher.
 */

import { cashSaleGrantId } from "@karibu/protocol/grant-id";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import { cents } from "@karibu/protocol/quantities";
import type { Guesser } from "../access/guessing/guessing.ts";
import { unstartedGrant } from "../grants/grant-period.ts";
import { aboutGrant, type Site } from "../grants/site.ts";
import { salesOfDay } from "../state/cash-sale-fold.ts";
import type { CashSale } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import { createPinCheck, type PinAsker, type PinCheckParts, type PinOutcome } from "./check-pin.ts";
import { mayStillBeTold, outCents, type SaleRefusal, saleRefusal } from "./sell-policy.ts";
import { type CashCatalogue, filePlanKey, type Seller } from "./sellers.ts";

export interface SaleOrder {
  /** The page makes it, 32 hex digits. A repeated request is the same sale; for another plan it is refused. */
  readonly saleId: string;
  readonly planKey: string;
  /** The price that the seller saw, and takes from the customer. Left out: whatever it costs now. */
  readonly expectsCents?: number | undefined;
  /** The customer's, as typed; empty or left out: none. */
  readonly phone?: string | undefined;
}

export interface SaleRequest extends SaleOrder {
  readonly seller: string;
  readonly pin: string;
}

/** A seller's own figures at this site. */
export interface SellerFigures {
  readonly todayCount: number;
  /** By currency. */
  readonly todayCents: ReadonlyMap<string, number>;
  /** Of the two below. */
  readonly currency: string;
  /** Cash to hand in. */
  readonly outCents: number;
  /** Null: no limit. */
  readonly floatCents: number | null;
}

export interface Sold {
  readonly kind: "sold";
  readonly code: string;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly sellerName: string;
  /** Cash that the seller has to hand in now. */
  readonly outCents: number;
  /** Null: no limit. */
  readonly floatCents: number | null;
  readonly earlier: readonly EarlierSale[];
}

/** A sale that was refused as not written, and was written later. It counts, but its code was never shown: its seller gets it now. */
export type EarlierSale = Pick<Sold, "code" | "planName" | "priceCents" | "currency">;

/** A sale whose code nobody has typed yet: it can be shown, printed and sent once more. */
export interface UnusedSale extends EarlierSale {
  readonly soldAtMs: number;
}

export type SaleOutcome =
  | Sold
  | {
      readonly kind: "refused";
      readonly reason: SaleRefusal;
      readonly retryAfterSeconds: number | null;
      /** Only after the right PIN. */
      readonly earlier?: readonly EarlierSale[];
    };

export interface CashSales {
  /** This site has sellers. */
  readonly isOpen: boolean;
  plans: CashCatalogue["plans"];
  /** Never rejects. */
  sell(request: SaleRequest, from: Guesser): Promise<SaleOutcome>;
  /** Counts wrong tries as `sell` does. Never rejects. */
  checkPin(seller: string, pin: string, from: PinAsker): Promise<PinOutcome>;
  /** Who gave the right PIN before, as they are now. Null: they sell no more here. */
  present(seller: Pick<Seller, "sellerId" | "name">): Seller | null;
  /** Newest first: what this seller sold here lately and nobody has begun yet. */
  unusedOf(seller: Seller): UnusedSale[];
  /** A sale by somebody whose PIN was checked before. Never rejects. */
  sellAs(seller: Seller, order: SaleOrder): Promise<SaleOutcome>;
  figuresOf(seller: Seller): SellerFigures;
}

const codeLength = 10;
/** As many as fit on a phone without looking for one. */
const unusedMax = 10;

export function createCashSales(site: Site, parts: PinCheckParts): CashSales {
  const { world, state, recorder } = site;
  const { catalogue } = parts;
  const checkPin = createPinCheck(site, parts);
  /** By seller: grants of sales that were refused as not written. The journal writes them when the disk takes them again. */
  const unseenBySeller = new Map<string, Set<string>>();

  async function sell(request: SaleRequest, from: Guesser): Promise<SaleOutcome> {
    const checked = await checkPin(request.seller, request.pin, from);
    return checked.kind === "seller" ? await sellAs(checked.seller, request) : checked;
  }

  /** Checks the float and records in one synchronous step: two sales at once can't both fit into the rest of the float. */
  async function sellAs(seller: Seller, request: SaleOrder): Promise<SaleOutcome> {
    if (!/^[0-9a-f]{32}$/.test(request.saleId)) return refused("bad-request");
    const grantId = cashSaleGrantId(request.saleId);
    const about = aboutGrant(grantId);
    const known = state.sales.get(grantId);
    if (known !== undefined && known.sellerId !== seller.sellerId) return refused("bad-request");
    // A page that the browser brought back names a sale that is made: its code is the first customer's.
    if (known !== undefined && planKeyOf(known) !== request.planKey)
      return { ...refused("bad-request"), earlier: await earlierOf(seller) };
    if (known === undefined) {
      if (spentReasonOf(state.spent, grantId) !== null) return refused("bad-request");
      if (mayStillBeTold(state.memory.lost, world.clock.wall().atMs)) return refused("not-written");
      const plan = catalogue.plans().find(({ key }) => key === request.planKey);
      const sold = state.soldCents.get(seller.sellerId) ?? 0;
      const today = { count: salesToday(seller).count, countMax: catalogue.salesPerDayMax };
      const refusal = saleRefusal(seller, plan, sold, today, catalogue.currency);
      if (refusal !== null || plan === undefined)
        return { ...refused(refusal ?? "unknown-plan"), earlier: await earlierOf(seller) };
      if (request.expectsCents !== undefined && request.expectsCents !== plan.priceCents)
        return { ...refused("price-changed"), earlier: await earlierOf(seller) };
      const phone = phoneOf(request);
      if (phone === null) return refused("bad-phone");
      const { planId, priceCents, currency, terms, discount: off } = plan;
      const sale = { saleId: request.saleId, sellerId: seller.sellerId, planId, currency, code: newCode() };
      const grant = unstartedGrant(grantId, "voucher", plan.name, terms);
      const discount = off === undefined ? {} : { discount: { ...off, discountCents: cents(off.discountCents) } };
      const event = {
        kind: "cash-sale",
        ...sale,
        ...phone,
        ...discount,
        priceCents: cents(priceCents),
        grant,
      } as const;
      void recorder.record([event], { about, onlyIfWritable: true }); // `unsynced`, below, waits for it
      if (!state.sales.has(grantId)) return refused("not-written"); // nothing was recorded
      world.log.info("cash-sale", { seller: seller.sellerId, plan: plan.name });
    }
    try {
      await recorder.unsynced(about);
    } catch (error) {
      world.log.error("cash-sale-not-written", { error: String(error) });
      const unseen = unseenBySeller.get(seller.sellerId) ?? new Set();
      unseenBySeller.set(seller.sellerId, unseen.add(grantId));
      return refused("not-written");
    }
    const sale = state.sales.get(grantId);
    if (sale === undefined) return refused("not-written");
    unseenBySeller.get(seller.sellerId)?.delete(grantId);
    return soldOutcome(sale, seller, await earlierOf(seller));
  }

  /** As the catalogue names the plan that was sold. */
  const planKeyOf = ({ planId, grant }: CashSale): string => planId ?? filePlanKey(grant.planName);

  const salesToday = (seller: Seller) =>
    salesOfDay(state, seller.sellerId, catalogue.dayBeganMs(world.clock.wall().atMs));

  /** Null: what was typed is no mobile number. */
  function phoneOf({ phone: typed = "" }: SaleOrder): { readonly phone?: string } | null {
    if (typed.trim() === "") return {};
    const phone = normalisePhone(typed, countryOfCurrency(catalogue.currency));
    return phone === null ? null : { phone };
  }

  /** Sales that are on disk by now, until the seller repeats their request or a customer uses them. */
  async function earlierOf({ sellerId }: Seller): Promise<EarlierSale[]> {
    const unseen = unseenBySeller.get(sellerId);
    const found: EarlierSale[] = [];
    for (const grantId of unseen ?? []) {
      const sale = state.sales.get(grantId);
      if (sale === undefined || state.grants.has(grantId)) unseen?.delete(grantId);
      else if (await isWritten(grantId)) {
        const { code, priceCents, currency, grant } = sale;
        found.push({ code, planName: grant.planName, priceCents, currency });
      }
    }
    return found;
  }

  async function isWritten(grantId: string): Promise<boolean> {
    try {
      await recorder.unsynced(aboutGrant(grantId));
      return true;
    } catch {
      return false;
    }
  }

  function soldOutcome(sale: CashSale, seller: Seller, earlier: readonly EarlierSale[]): Sold {
    const { code, priceCents, currency, grant } = sale;
    const { name: sellerName, floatCents } = seller;
    return {
      kind: "sold",
      code,
      planName: grant.planName,
      priceCents,
      currency,
      sellerName,
      outCents: outCents(seller, state.soldCents.get(seller.sellerId) ?? 0),
      floatCents,
      earlier,
    };
  }

  /** Digits that no voucher of this site has. */
  function newCode(): string {
    for (;;) {
      // Bytes from 250 up are dropped: they would make some digits more likely.
      const digits = Array.from(world.random.bytes(codeLength * 4), (byte) => byte).filter((byte) => byte < 250);
      const code = digits
        .slice(0, codeLength)
        .map((byte) => byte % 10)
        .join("");
      if (code.length === codeLength && site.catalogue.voucher(code) === null) return code;
    }
  }

  /** Worth something to whoever types its code, and begun by nobody. */
  const isUnused = (grantId: string): boolean =>
    !state.grants.has(grantId) &&
    spentReasonOf(state.spent, grantId) === null &&
    site.catalogue.grantOf(grantId) !== null;

  return {
    get isOpen() {
      return catalogue.hasSellers;
    },
    plans: catalogue.plans,
    sell,
    checkPin,
    present(seller) {
      const now = catalogue.seller(seller.name);
      return now !== null && now.sellerId === seller.sellerId ? now : null;
    },
    unusedOf: ({ sellerId }) =>
      [...state.sales.values()]
        .filter((sale) => sale.sellerId === sellerId && isUnused(sale.grant.grantId))
        .filter((sale) => unseenBySeller.get(sellerId)?.has(sale.grant.grantId) !== true)
        .sort((one, other) => other.atMs - one.atMs)
        .slice(0, unusedMax)
        .map(({ code, priceCents, currency, atMs, grant }) => ({
          code,
          planName: grant.planName,
          priceCents,
          currency,
          soldAtMs: atMs,
        })),
    sellAs,
    figuresOf(seller) {
      const { count, sums } = salesToday(seller);
      const out = outCents(seller, state.soldCents.get(seller.sellerId) ?? 0);
      return {
        todayCount: count,
        todayCents: sums,
        currency: catalogue.currency,
        outCents: out,
        floatCents: seller.floatCents,
      };
    },
  };
}

function refused(reason: SaleRefusal): SaleOutcome {
  return { kind: "refused", reason, retryAfterSeconds: null };
}
