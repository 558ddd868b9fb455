/** How each payment of a day is made, and what goes wrong with it; and how its money goes back later. `test-day-plan.ts` says which. */
import type { World } from "@karibu/protocol/world";
import { callbackBody } from "../daraja/callback-body.ts";
import { eventually } from "./payments-hub.ts";
import { type DayChannels, mpesaApps, post } from "./test-day-channels.ts";
import { type CallAs, type OpenDay, patienceMs, prices } from "./test-day-opening.ts";
import { type DayPayment, isFromMenu } from "./test-day-plan.ts";

interface Scene {
  readonly world: World;
  readonly call: CallAs;
  readonly channels: DayChannels;
  readonly day: OpenDay;
  /** Pesapal's orders whose notices get lost. */
  readonly lostOrders: Set<string>;
}

export const msisdnOf = ({ phone }: DayPayment): string => `254${phone.slice(1)}`;

export function createPaying({ world, call, channels, day, lostOrders }: Scene) {
  const { daraja, airtel, mtn, pesapal, stripe } = channels;
  const { organisation } = daraja;
  const { kenya, places, leaked, siteAccounts, shopOf, siteOf } = day;
  /** Receipts that somebody made up. */
  const forged = new Set<string>();
  /** By the payment's number. */
  const paymentIds = new Map<number, string>();
  /** What the counter took, less what it gave back. */
  let taken = 0;
  const forge = (payment: DayPayment) => {
    const receipt = `UF${String(payment.number).padStart(8, "0")}`;
    forged.add(receipt);
    return receipt;
  };
  const buy = async (payment: DayPayment, more: object = {}): Promise<{ id: string; reference: string }> => {
    const { place, phone, number } = payment;
    const body = { siteId: siteOf(place), planId: shopOf(place).planId, phone, ...more };
    const made = await call(shopOf(place), "POST", "/payments/purchase", body, `buy-${number}`);
    paymentIds.set(number, made.id);
    return { id: made.id, reference: made.payment.reference };
  };

  async function payByPrompt(payment: DayPayment): Promise<void> {
    const { fate } = payment;
    const msisdn = msisdnOf(payment);
    await buy(payment);
    // A hub that was killed may not have asked the phone.
    const prompt = daraja.prompts().find((each) => each.msisdn === msisdn);
    if (prompt === undefined) return;
    if (fate === "forged" || fate === "forged-then-paid")
      await post(prompt.callbackUrl, callbackBody(prompt, { code: "0", text: "ok", receipt: forge(payment) }));
    const isCancelled = fate === "cancelled" || fate === "forged" || fate === "by-reference";
    daraja.act(msisdn, isCancelled ? { kind: "cancel" } : { kind: "pay", pin: "1234" });
  }

  async function payFromMenu(payment: DayPayment): Promise<void> {
    const { fate, phone, number } = payment;
    const place = payment.place as "paybill" | "dead";
    const { shortcode } = mpesaApps[place];
    const msisdn = msisdnOf(payment);
    const own = async () =>
      (await call(kenya, "POST", "/pay-accounts", { phone, siteId: siteOf(place), planId: kenya.planId })).number;
    const pay = (account: string, confirmation: "once" | "twice" | "late" | "never" = "once", extra = payment.extra) =>
      organisation.payBill({ shortcode, msisdn, amount: prices.kenya / 100 + extra, account, confirmation });
    switch (fate) {
      case "own":
        return void (await pay(await own()));
      case "own-lost":
        return void (await pay(await own(), "never"));
      case "own-doubled":
        return void (await pay(await own(), "twice"));
      case "own-late":
        return void (await pay(await own(), "late"));
      case "look-alike":
        return void (await pay(
          String(await own())
            .replaceAll("0", "O")
            .replaceAll("1", "I"),
        ));
      case "site-account":
        return void (await pay(siteAccounts[place]));
      case "by-reference":
        await payByPrompt(payment);
        return void (await pay((await buy(payment)).reference, "once", 0));
      case "claimed": {
        const made = await pay("wifi ya jirani");
        await call(kenya, "POST", "/payments/claims", { receipt: made?.receipt, phone }, `claim-${number}`);
        return;
      }
      case "leaked": {
        const [account, receipt] = [await own(), forge(payment)];
        const body = {
          TransactionType: "Pay Bill",
          TransID: receipt,
          TransTime: eastAfrica(world.clock.wall().atMs),
        };
        const money = { TransAmount: "50.00", BusinessShortCode: shortcode, BillRefNumber: account };
        const payer = { MSISDN: `2547 ***** ${msisdn.slice(-3)}`, FirstName: "JANE" };
        return void (await post(leaked[place], JSON.stringify({ ...body, ...money, ...payer })));
      }
      default:
        return void (await pay("wifi for jane"));
    }
  }

  async function payByAirtel(payment: DayPayment): Promise<void> {
    if (payment.fate === "answer-lost") airtel.loseNextAnswer();
    const { reference: id } = await buy(payment);
    if (!airtel.payments().some((each) => each.id === id)) return;
    const { noticeUrl } = places.airtel;
    if (payment.fate === "forged") {
      const lie = { transaction: { id, status_code: "TS", airtel_money_id: forge(payment) } };
      await post(noticeUrl, JSON.stringify(lie));
    }
    const isPaid = !["cancelled", "forged"].includes(payment.fate);
    const notice = isPaid ? airtel.decide(id, "TS") : airtel.decide(id, "TF", "DP00800001007");
    if (payment.fate !== "lost") await post(noticeUrl, notice);
  }

  async function payByMtn(payment: DayPayment): Promise<void> {
    if (payment.fate === "answer-lost") mtn.loseNextAnswer();
    const { reference } = await buy(payment);
    const asked = mtn.requests().find(({ externalId }) => externalId === reference);
    if (asked === undefined) return;
    if (payment.fate === "forged") {
      const { externalId, amount, currency } = asked;
      const lie = { externalId, amount, currency, status: "SUCCESSFUL", financialTransactionId: forge(payment) };
      await post(asked.callbackUrl ?? "", JSON.stringify(lie));
    }
    const isPaid = !["cancelled", "forged"].includes(payment.fate);
    const { url, body } = isPaid
      ? mtn.decide(reference, "SUCCESSFUL")
      : mtn.decide(reference, "FAILED", "APPROVAL_REJECTED");
    if (payment.fate === "lost") return;
    await Promise.all(Array.from({ length: payment.fate === "doubled" ? 2 : 1 }, () => post(url ?? "", body)));
  }

  async function payAtPesapal(payment: DayPayment): Promise<void> {
    const { reference } = await buy(payment);
    const order = pesapal.orders().find((each) => each.reference === reference);
    if (order === undefined) return;
    if (payment.fate === "forged") {
      const names = { OrderTrackingId: order.trackingId, OrderMerchantReference: reference };
      await post(places.pesapal.noticeUrl, JSON.stringify({ ...names, OrderNotificationType: "IPNCHANGE" }));
    }
    if (payment.fate === "lost") lostOrders.add(reference);
    await pesapal.decide(reference, ["cancelled", "forged"].includes(payment.fate) ? "fail" : "pay");
  }

  async function payAtStripe(payment: DayPayment): Promise<void> {
    const { reference } = await buy(payment);
    if (!stripe.sessions().some((each) => each.client_reference_id === reference)) return;
    if (payment.fate === "cancelled" || payment.fate === "forged") {
      const { body } = stripe.event(reference, "checkout.session.completed");
      const signature = `t=${Math.floor(world.clock.wall().atMs / 1000)},v1=${"0".repeat(64)}`;
      if (payment.fate === "forged") await post(channels.webhook.url, body, { "stripe-signature": signature });
      stripe.decide(reference, "expire");
      return stripe.notify(reference, ["checkout.session.expired"]);
    }
    if (payment.fate === "slow") {
      stripe.decide(reference, "complete");
      await stripe.notify(reference, ["checkout.session.completed"]);
    }
    stripe.decide(reference, "pay");
    if (payment.fate === "lost") return;
    await stripe.notify(reference, ["checkout.session.completed", "checkout.session.async_payment_succeeded"]);
  }

  async function payInCash(payment: DayPayment): Promise<void> {
    const { place, phone, number } = payment;
    const who = payment.fate === "nameless" ? {} : { phone };
    const body = { siteId: siteOf(place), planId: kenya.planId, pay: "cash", ...who };
    const made = await call(kenya, "POST", "/payments/purchase", body, `buy-${number}`);
    paymentIds.set(number, made.id);
    taken += prices.kenya;
  }

  const play = (payment: DayPayment): Promise<void> => {
    if (isFromMenu(payment)) return payFromMenu(payment);
    const { place } = payment;
    if (place === "airtel") return payByAirtel(payment);
    if (place === "mtn") return payByMtn(payment);
    if (place === "pesapal") return payAtPesapal(payment);
    if (place === "stripe") return payAtStripe(payment);
    return place === "cash" ? payInCash(payment) : payByPrompt(payment);
  };

  async function giveBack({ place, afterwards }: DayPayment, id: string): Promise<void> {
    const { reference, receipt } = await call(shopOf(place), "GET", `/payments/${id}`);
    if (afterwards === "reversed" && place === "pesapal") return pesapal.decide(reference, "reverse");
    if (afterwards === "reversed" || afterwards === "partly-reversed")
      return void organisation.reverse(receipt, ...(afterwards === "reversed" ? [] : [20]));
    if (afterwards === "disputed") return stripe.dispute(reference, "needs_response");
    if (afterwards === "dashboard" || afterwards === "dashboard-part")
      return stripe.refundInDashboard(reference, ...(afterwards === "dashboard" ? [] : [2000]));
    const cash = afterwards === "cash" ? { amountCents: 2000 } : {};
    const asked = { paymentId: id, method: afterwards, reason: "the day", ...cash };
    await call(shopOf(place), "POST", "/refunds", asked);
    if (afterwards === "cash") taken -= place === "mtn" ? 0 : 2000;
    // Pesapal's merchant approves the refund.
    if (afterwards !== "channel" || place !== "pesapal") return;
    const isAsked = async () => pesapal.orders().some((each) => each.reference === reference && each.refundAsked);
    await eventually(isAsked, expectTrue, patienceMs);
    await pesapal.decide(reference, "reverse");
  }

  return { play, giveBack, forged, paymentIds, takenCents: () => taken };
}

const expectTrue = (is: boolean) => {
  if (!is) throw new Error("it has not come to that yet");
};
const eastAfrica = (atMs: number): string =>
  new Date(atMs + 3 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
