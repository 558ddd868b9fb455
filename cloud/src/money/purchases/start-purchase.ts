/**
 * A purchase: from "this phone wants this plan" to the prompt on the phone. `sending` is written before the prompt leaves;
 * an answer that gets lost leaves the purchase unknown, and the prompt is never sent again: the prompt may be on the phone.
 */

import { newId, newSecret } from "@karibu/protocol/identifiers";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import { isPastDate } from "@karibu/protocol/plan";
import { cents } from "@karibu/protocol/quantities";
import type { PurchaseState } from "@karibu/protocol/rpc/purchase-state";
import type { StartPurchaseResult } from "@karibu/protocol/rpc/start-purchase";
import { isSuspended } from "../../catalogue/customers/customers.ts";
import { plansOnSale } from "../../catalogue/plans/plans.ts";
import { wasSiteDeleted } from "../../fleet/sites/site-is-there.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { eventNotice } from "../../ground/events/record.ts";
import { selectProvider } from "../../tenancy/providers/providers.ts";
import { maySell } from "../../tenancy/providers/selling-policy.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelFacts, StartRequest } from "../channels/channel-contract.ts";
import { stepOf } from "../channels/channel-kinds.ts";
import { hashOf } from "../channels/channels.ts";
import { sellingChannels } from "../channels/selling-channel.ts";
import type { FailureReason } from "../evidence/evidence.ts";
import { storeEvidence } from "../evidence/evidence-rows.ts";
import type { StoredAnswer } from "../evidence/stored-answer.ts";
import { wasCalledBack } from "../evidence/unjudged.ts";
import { freeCreditOf } from "../ledger/credit.ts";
import { type CreditOwner, holdCredit } from "../ledger/credit-holds.ts";
import { mayTakeCash } from "../ledger/floats.ts";
import { splitPrice } from "../ledger/wallet-policy.ts";
import type { CodeRefusal } from "../promotions/offer-for.ts";
import { reserveUse } from "../promotions/promotion-uses.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { absorbEvidence } from "./absorb-evidence.ts";
import { answerEvidence, createAnswers } from "./answers-together.ts";
import { priceOfOrder } from "./price/price-of-order.ts";
import { askJob, type PurchaseParts, type PurchaseRow, promptIsOpen, sealPhone } from "./purchase-rows.ts";
import { newReference } from "./reference.ts";
import { isOver } from "./transition/purchase-facts.ts";
import { mayTrust } from "./unverified-limit.ts";

export interface PurchaseRequest {
  readonly providerId: string;
  readonly siteId: string;
  readonly planId: string;
  /** Null: who buys for cash over the counter gave none, and nobody is sent a message. Every other way to pay needs it. */
  readonly phone: string | null;
  /** Unique per provider; the same key is the same purchase. */
  readonly idempotencyKey: string;
  /** Left out: the channel that the site sells through. `cash`: somebody took it. `credit`: out of the customer's credit. */
  readonly pay?: "cash" | "credit";
  /** The customer's credit is spent first, and the prompt on their phone asks for the rest: its PIN is the proof of whose it is. */
  readonly spendsCredit?: boolean;
  /** The way to pay that the customer chose, one of those that the site offers. Left out: the usual one. */
  readonly channelId?: string;
  /** The user who sells it over the counter. */
  readonly soldBy?: string;
  /** The Wi-Fi page as the customer's phone reaches it. */
  readonly returnUrl?: string;
  /** Of a promotion, as typed. */
  readonly code?: string;
  /** What the customer was shown, minor units: they are never asked for more. */
  readonly expectsCents?: number;
  /** In which currency; left out: in the site's. */
  readonly expectsCurrency?: string;
  /** Goes on from this grant, on the devices that have it. */
  readonly renewsGrantId?: string;
  /**
   * Asked in the transaction that writes the purchase, in which no other purchase of this phone can begin: why it is not wanted any more; null: it is.
   * For who decided before that to buy.
   */
  readonly refuseNow?: (tx: Tx) => Promise<PurchaseRefusal | null>;
}

/**
 * What the hub refuses beyond what agents have words for. `not-selling`: the provider is shut, its grace is over, or the site is gone; `no-float`:
 * the seller's float is too low; `customer-suspended`: the provider switched this customer off; `phone-needed`: only cash is taken from somebody who gives no number.
 */
export type PurchaseRefusal =
  | Extract<StartPurchaseResult, { kind: "refused" }>["reason"]
  | "not-selling"
  | "customer-suspended"
  | "no-float"
  | "phone-needed"
  | CodeRefusal
  | "price-changed";
export type PurchaseStarted =
  | Extract<StartPurchaseResult, { kind: "started" }>
  | { readonly kind: "refused"; readonly reason: PurchaseRefusal; readonly because?: string };

export interface Purchases {
  start(request: PurchaseRequest): Promise<PurchaseStarted>;
  /** null: there is no such purchase of this site. */
  state(providerId: string, siteId: string, purchaseId: string): Promise<PurchaseState | null>;
}

/** Customers wait for these transactions, and they are always the same. */
const prepared = { prepared: true };

type Prepared =
  | { readonly kind: "refused"; readonly result: Extract<PurchaseStarted, { kind: "refused" }> }
  | { readonly kind: "exists"; readonly purchase: PurchaseRow }
  | {
      readonly kind: "send";
      readonly purchase: PurchaseRow;
      readonly channel: ChannelRow;
      readonly order: StartRequest;
    };

/** @param firstAskMs the age of a request at which the channel is first asked about it */
export function createPurchaseService(
  shared: PurchaseParts & { readonly database: Database },
  firstAskMs: number,
): Purchases {
  const { world, database, channels } = shared;
  const { kinds } = channels;
  const emit: Emit = (tx, providerId, event) => shared.quietEmitMany(tx, [{ providerId, ...event }]);
  const parts = { ...shared, emit };
  const takeAnswer = createAnswers(parts);

  /** Consoles hear of it after the commit: PostgreSQL lets commits with NOTIFY through one at a time, and many customers press at once. */
  async function change<T>(providerId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const result = await database.asProvider(providerId, work, prepared);
    shared.announce([eventNotice(providerId)]);
    return result;
  }

  async function prepare(tx: Tx, request: PurchaseRequest): Promise<Prepared> {
    const { providerId } = request;
    const provider = await selectProvider(tx, providerId)
      .select(["state", "sellsUntilMs", "salesStoppedAtMs", "currency"])
      .select(wasSiteDeleted(providerId, request.siteId).as("isSiteDeleted"))
      .executeTakeFirstOrThrow();
    const phone = request.phone === null ? null : normalisePhone(request.phone, countryOfCurrency(provider.currency));
    if (phone === null && request.phone !== null) return refuse("bad-phone");
    if (phone === null && request.pay !== "cash") return refuse("phone-needed");
    const party = phone === null ? null : parts.parties.ofPhone(providerId, phone);
    if (party !== null) await lockPhone(tx, providerId, party);
    const existing = await tx
      .selectFrom("purchases")
      .selectAll()
      .where("providerId", "=", providerId)
      .where("idempotencyKey", "=", request.idempotencyKey)
      .executeTakeFirst();
    if (existing !== undefined) return { kind: "exists", purchase: existing };
    const unwanted = (await request.refuseNow?.(tx)) ?? null;
    if (unwanted !== null) return refuse(unwanted);
    if (provider.isSiteDeleted || !maySell(provider, world.clock.wall().atMs)) return refuse("not-selling");
    // Nobody pays for what would be held back at once.
    if (await isSuspended(tx, party)) return refuse("customer-suspended");
    const [sold] = await plansOnSale(tx, providerId, [request.planId]);
    if (sold === undefined || isPastDate(sold.terms, world.clock.wall().atMs)) return refuse("unknown-plan");
    const priced = await priceOfOrder(parts, tx, { ...request, party }, sold);
    if (priced.kind === "refused") return refuse(priced.reason);
    const { plan, offer } = priced;
    const channel =
      request.pay === undefined
        ? chosenOf(await sellingChannels(kinds, tx, providerId, request.siteId, plan.currency), request.channelId)
        : await channels.immediate(tx, providerId, request.pay);
    if (channel === null || !canPay(kinds.factsOf(channel.kind), plan)) return refuse("no-channel");
    let toldCents = 0;
    const owner = party === null ? null : { providerId, party, currency: plan.currency };
    if (request.pay === "credit" && owner !== null) {
      const { creditCents, provedCents } = await readSpendable(tx, owner);
      if (creditCents < plan.priceCents) return refuse("no-credit");
      toldCents = Math.max(0, plan.priceCents - provedCents);
      // Credit that only a callback reported buys what such a callback would open: within the hourly limit.
      const price = { providerId, currency: plan.currency, amountCents: plan.priceCents };
      if (toldCents > 0 && !(await mayTrust(parts, tx, price))) return refuse("no-credit");
    }
    if (request.pay === "cash" && request.soldBy !== undefined) {
      const whose = { providerId, userId: request.soldBy, currency: plan.currency };
      if (!(await mayTakeCash(tx, whose, plan.priceCents))) return refuse("no-float");
    }
    if (request.pay === undefined && party !== null && (await promptIsOpen(world, tx, { providerId, party })))
      return refuse("prompt-already-open");
    const split = await splitOf(tx, request, owner, plan.priceCents, kinds.factsOf(channel.kind));
    const secret = newSecret(world);
    const nowMs = world.clock.wall().atMs;
    const purchaseId = newId(world);
    const reference = newReference(world);
    const requestId = kinds.definitionOf(channel.kind).nameRequest?.({ reference, secret });
    const purchase = await tx
      .insertInto("purchases")
      .values({
        providerId,
        purchaseId,
        channelId: channel.channelId,
        siteId: request.siteId,
        planId: plan.planId,
        planName: plan.name,
        terms: json(plan.terms),
        amountCents: plan.priceCents,
        ...(split.creditCents === 0 ? {} : { askedCents: split.askedCents, heldCents: split.creditCents }),
        ...(offer.promotion === null
          ? {}
          : { promotionId: offer.promotion.promotionId, discountCents: offer.discountCents }),
        currency: plan.currency,
        phoneSealed: sealPhone(parts.envelope, { providerId, purchaseId }, phone ?? ""),
        phoneHash: party,
        phoneMasked: phone === null ? null : maskPhone(phone),
        idempotencyKey: request.idempotencyKey,
        reference,
        ...(requestId === undefined ? {} : { requestId, requestIdFrom: "answer" as const }),
        secretHash: hashOf(secret),
        soldBy: request.soldBy ?? null,
        renewsGrantId: request.renewsGrantId ?? null,
        state: "sending",
        createdAtMs: nowMs,
        sentAtMs: nowMs,
        changedAtMs: nowMs,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (offer.promotion !== null && offer.codeDay !== null) {
      const { currency, discountCents, codeDay: day } = offer;
      const use = {
        purchaseId,
        promotionId: offer.promotion.promotionId,
        party,
        day,
        currency,
        atMs: nowMs,
      };
      await reserveUse(tx, { providerId, ...use, discountCents });
    }
    if (split.creditCents > 0 && owner !== null) await holdCredit(tx, owner, purchaseId, split.creditCents);
    const order = startRequest(purchase, phone ?? "", secret, request.returnUrl);
    if (kinds.factsOf(channel.kind).pays === "immediate") {
      // Nobody is asked: it is paid in the transaction that records it.
      const answer = await channels.open(channel).start({ ...order, toldCents });
      await storeEvidence(tx, parts, answerEvidence({ purchase, answer }));
      await emitSending(tx, purchase);
      return { kind: "exists", purchase: await absorbEvidence(parts, tx, providerId, purchaseId) };
    }
    await parts.jobs.send(tx, askJob, { providerId, purchaseId }, { startAfterMs: firstAskMs });
    await emitSending(tx, purchase); // last: the next purchase of the provider waits for it
    return { kind: "send", purchase, channel, order };
  }

  const emitSending = (tx: Tx, { providerId, purchaseId: id }: PurchaseRow) =>
    parts.emit(tx, providerId, { topic: "payment", id, action: "sending" });

  /** What credit pays of it, and what the channel is asked for. The credit is locked until the transaction ends. */
  async function splitOf(
    tx: Tx,
    { pay, spendsCredit = false }: PurchaseRequest,
    owner: CreditOwner | null,
    priceCents: number,
    facts: ChannelFacts,
  ): Promise<ReturnType<typeof splitPrice>> {
    if (!spendsCredit || pay !== undefined || owner === null) return { creditCents: 0, askedCents: priceCents };
    const { provedCents } = await readSpendable(tx, owner);
    return splitPrice({ priceCents, provedCents, pays: facts.pays, stepCents: stepOf(facts, owner.currency) });
  }

  /** Sends the prompt, once, and takes in its answer. @returns what the customer's page shows then */
  async function send(purchase: PurchaseRow, channel: ChannelRow, order: StartRequest): Promise<PurchaseState> {
    const { providerId, purchaseId } = purchase;
    const answer = await promptOnce(purchase, channel, order);
    // The first look may have come and gone, and waits for an answer to be lost: now there is something to ask about. That is known once the answer is
    // in: until then the look found none.
    const isLate = (): boolean => world.clock.wall().atMs - (purchase.sentAtMs ?? purchase.createdAtMs) >= firstAskMs;
    const look = (tx: Tx) => parts.jobs.send(tx, askJob, { providerId, purchaseId });
    const prompted = isLate() ? null : await takeAnswer({ purchase, answer });
    if (prompted !== null) {
      if (isLate()) await change(providerId, look);
      return unpaidState(prompted);
    }
    return change(providerId, async (tx) => {
      await storeEvidence(tx, parts, answerEvidence({ purchase, answer }));
      const answered = await absorbEvidence(parts, tx, providerId, purchaseId);
      if (isLate()) await look(tx);
      return readState(tx, answered);
    });
  }

  async function promptOnce(purchase: PurchaseRow, channel: ChannelRow, order: StartRequest): Promise<StoredAnswer> {
    try {
      return await channels.open(channel).start(order);
    } catch (error) {
      // Thrown before the prompt left: no token.
      const keys = /\/keys$/.test((error as { code?: string }).code ?? "");
      world.log.warn("push-not-sent", { purchaseId: purchase.purchaseId, error: String(error) });
      return { status: 0, body: "", notSent: keys ? "keys" : "away" };
    }
  }

  return {
    async start(request) {
      const { providerId } = request;
      const made = await change(providerId, (tx) => prepare(tx, request)).catch(
        async (error: { code?: string }): Promise<Prepared> => {
          // The same key, twice at once: the other one was first.
          if (error.code !== "23505") throw error;
          return change(providerId, (tx) => prepare(tx, request));
        },
      );
      if (made.kind === "refused") return made.result;
      const { purchase } = made;
      const state =
        made.kind === "send"
          ? await send(purchase, made.channel, made.order)
          : await database.asProvider(providerId, (tx) => readState(tx, purchase), prepared);
      return { kind: "started", purchaseId: purchase.purchaseId, state };
    },
    state(providerId, siteId, purchaseId) {
      const read = async (tx: Tx) => {
        const purchase = await tx
          .selectFrom("purchases")
          .selectAll()
          .where("providerId", "=", providerId)
          .where("siteId", "=", siteId)
          .where("purchaseId", "=", purchaseId)
          .executeTakeFirst();
        return purchase === undefined ? null : readState(tx, purchase);
      };
      return database.asProvider(providerId, read, prepared);
    },
  };
}

/** What the customer's page shows. Unknown is never shown as failed. */
async function readState(tx: Tx, purchase: PurchaseRow): Promise<PurchaseState> {
  const { state } = purchase;
  if (state === "paid" || state === "paid_unreceipted") {
    const grant = await tx
      .selectFrom("grants")
      .select("grantId")
      .where("providerId", "=", purchase.providerId)
      .where("purchaseId", "=", purchase.purchaseId)
      .executeTakeFirst();
    const { providerId, phoneHash: party, currency } = purchase;
    const creditLeftCents = party === null ? 0 : await freeCreditOf(tx, providerId, party, currency);
    const left = creditLeftCents === 0 && purchase.askedCents === null ? {} : { creditLeftCents };
    return { state: "paid", reason: null, receipt: purchase.receipt, grantId: grant?.grantId ?? null, ...left };
  }
  // Its prompt is off the phone, even where nobody knows yet what was said.
  const isOpen = state === "prompted" || state === "unknown";
  return {
    ...unpaidState({ ...purchase, state }),
    ...(isOpen && (await wasCalledBack(tx, purchase.providerId, purchase.purchaseId)) ? { promptAnswered: true } : {}),
  };
}

type UnpaidStage = Exclude<PurchaseRow["state"], "paid" | "paid_unreceipted">;

type UnpaidRow = Pick<PurchaseRow, "reason" | "redirectUrl" | "amountCents" | "discountCents"> & {
  readonly state: UnpaidStage;
};

/** Of a purchase that nothing has paid, and whose channel has said nothing since its answer. */
function unpaidState({ state, reason, redirectUrl, amountCents, discountCents }: UnpaidRow): PurchaseState {
  const payAt = state === "prompted" ? redirectUrl : null;
  const shown = isOver(state) ? "failed" : state;
  return {
    state: shown,
    ...wordsFor(shown === "failed" ? (reason ?? "other") : null),
    receipt: null,
    grantId: null,
    ...(payAt === null ? {} : { payAt }),
    ...(shown === "failed" || discountCents === 0 ? {} : { priceCents: amountCents }),
  };
}

/** Agents in the field know no other word than "not-sent" for a channel that had no time for us; newer ones say it all. */
function wordsFor(reason: FailureReason | null): Pick<PurchaseState, "reason" | "because"> {
  return reason === "system-busy" ? { reason: "not-sent", because: reason } : { reason };
}

/** Null: the site offers none, or no longer the one that the customer chose. Another one is never taken in its place. */
function chosenOf(channels: readonly ChannelRow[], channelId: string | undefined): ChannelRow | null {
  const found = channelId === undefined ? channels[0] : channels.find((row) => row.channelId === channelId);
  return found ?? null;
}

function canPay(facts: ChannelFacts, plan: { readonly priceCents: number; readonly currency: string }): boolean {
  const priceCents = cents(plan.priceCents);
  return priceCents > 0 && priceCents % stepOf(facts, plan.currency) === 0 && priceCents <= facts.amountCentsMax;
}

function startRequest(
  purchase: PurchaseRow,
  phone: string,
  secret: string,
  returnUrl: string | undefined,
): StartRequest {
  const { currency, reference, planName: description } = purchase;
  const amountCents = purchase.askedCents ?? purchase.amountCents;
  const order = { amountCents, currency, phone, reference, description, secret };
  return returnUrl === undefined ? order : { ...order, returnUrl };
}

/** One phone's purchases take turns: two at once would both find no open prompt. */
export async function lockPhone(tx: Tx, providerId: string, party: Party): Promise<void> {
  await lockName(tx, `phone/${providerId}/${party}`);
}

function refuse(reason: PurchaseRefusal): Prepared {
  return { kind: "refused", result: { kind: "refused", reason } };
}
