/** Lines, invoices and credit, paid on the pages of Stripe and Pesapal; with the hub's own HTTP, and simulated channels that answer in bytes. */

import { openLineShop, type TestLine } from "@karibu/cloud/customer-page/test-line";
import { ownPage } from "@karibu/cloud/customer-page/test-visitor";
import { createPaymentLink } from "@karibu/cloud/money/payment-links/payment-links";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { describe, expect, test, vi } from "vitest";
import { useCardPages } from "./test-card-pages.ts";

const patience = { timeout: 20_000, interval: 30 };
const dayMs = 86_400_000;
const kinds = ["stripe", "pesapal"] as const;
/** Both have the same flows of ours behind them: where `npm test` sees that in other tests already, it takes one of them. */
const atStripe = inLongRunAll(kinds, (kind) => kind === "stripe");
const atPesapal = inLongRunAll(kinds, (kind) => kind === "pesapal");
type Kind = (typeof kinds)[number];

describe("what is paid on a page of the channel's own", { timeout: 90_000 }, () => {
  const { hub, pages, deliver, stripe, pesapal, owners } = useCardPages();
  let keys = 0;
  const keyed = () => ({ "Idempotency-Key": `card-key-${++keys}` });

  async function openShop(kind: Kind, currency?: string) {
    const shop = await openLineShop(hub, `Shop ${++keys}`, currency);
    const { providerId } = shop.provider;
    const { id: channelId, noticeUrl } = await shop.post("/channels", { ...owners[kind].keys, environment: "sandbox" });
    const isMine = () => {
      if (kind === "stripe") pages.webhook = noticeUrl;
    };
    isMine();
    const ask = ({ visitor }: TestLine, what: object, headers = keyed()) =>
      visitor.call("POST", "/prompts", { headers, body: { ...what, channelId } });
    return {
      ...shop,
      channelId,
      noticeUrl,
      isMine,
      ask,
      /** @returns our name of the order that was made by it, and the prompt */
      async order(line: TestLine, what: object) {
        const made = await ask(line, what);
        expect(made.status, made.text).toBe(201);
        expect(made.body).toMatchObject({ state: "prompted", phone: "", payAt: expect.stringMatching(/^https:\/\//) });
        const { reference, cents } = owners[kind].orders().at(-1) as { reference: string; cents: number };
        expect(cents).toBe(made.body.amountCents);
        return { reference, promptId: made.body.promptId as string };
      },
      /** By account without its id, zeros left out. */
      books: () =>
        hub.database().asProvider(providerId, async (tx) => {
          const rows = await tx.selectFrom("ledger_postings").select(["account", "currency", "amountCents"]).execute();
          const sums: Record<string, number> = {};
          for (const { account, currency: of, amountCents: cents } of rows) {
            const name = `${account.replace(/:.*/, "")} ${of}`;
            sums[name] = (sums[name] ?? 0) + Number(cents);
          }
          return Object.fromEntries(Object.entries(sums).filter(([, cents]) => cents !== 0));
        }),
      /** Put to the channel about all of its pages. */
      questions: () =>
        hub.database().asProvider(providerId, async (tx) => {
          const rows = await tx.selectFrom("invoice_prompts").select("questions").execute();
          return rows.reduce((sum, row) => sum + Number(row.questions), 0);
        }),
      receipts: () =>
        hub
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("receipts").select(["amountCents", "state", "provedBy", "source"]).execute(),
          ),
    };
  }

  const seen = async ({ visitor }: TestLine) => {
    const { services, creditCents } = (await visitor.call("GET", "/overview")).body;
    return { state: services[0].state, creditCents };
  };
  const promptOf = async ({ visitor }: TestLine, promptId: string) =>
    (await visitor.call("GET", `/prompts/${promptId}`)).body;
  /** Nobody told us anything: the questions that are due are put. */
  const laterBy = async (ms: number) => {
    hub.moveClock(ms);
    await hub.wakeJobs();
  };

  test.each(kinds)(
    "[PAY-09] [PAY-10] [CUS-06] a line is paid at %s: one order however often it is asked for, renewed once however often its notice comes, and proved",
    async (kind) => {
      const shop = await openShop(kind);
      const line = await shop.newLine("Asha Wanjiku");
      const { subscriptionId } = line;
      const { payAt } = (await line.visitor.call("GET", "/overview")).body;
      expect(payAt.ways).toEqual([
        { channelId: shop.channelId, name: kind === "stripe" ? "Card" : "Pesapal", paysBy: "page" },
      ]);
      expect(payAt.canPrompt).toBe(false);
      const ordersBefore = owners[kind].orders().length;
      const { reference, promptId } = await shop.order(line, { subscriptionId });
      expect((await shop.ask(line, { subscriptionId })).body.promptId).toBe(promptId);
      expect(owners[kind].orders()).toHaveLength(ordersBefore + 1);
      expect(await shop.receipts()).toEqual([]);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect(await seen(line)).toEqual({ state: "active", creditCents: 0 }), patience);
      expect(await promptOf(line, promptId)).toMatchObject({ state: "paid", payAt: null });
      const proved = { amountCents: 250_000, state: "credit", provedBy: "order-status", source: "order-status" };
      expect(await shop.receipts()).toEqual([proved]);
      const sold = { "clearing KES": 250_000, "revenue KES": -250_000 };
      expect(await shop.books()).toEqual(sold);
      // A day later the channel still tells of it.
      await laterBy(dayMs);
      await owners[kind].pay(reference);
      await laterBy(60_000);
      await vi.waitFor(async () => expect(await shop.questions()).toBeGreaterThan(1), patience);
      expect(await shop.receipts()).toEqual([proved]);
      expect(await shop.books()).toEqual(sold);
    },
  );

  test.each(atStripe)("[PAY-11] an invoice is paid at %s by its customer, and by nobody else", async (kind) => {
    const shop = await openShop(kind);
    const [line, other] = [await shop.newLine("Neema Achieng"), await shop.newLine("Juma Otieno")];
    const lines = [{ text: "A router", quantity: 1, unitCents: 450_000 }];
    const { id: invoiceId } = await shop.post("/invoices", { customerName: line.name, phone: line.phone, lines });
    expect((await shop.ask(other, { invoiceId })).status).toBe(404);
    const { reference } = await shop.order(line, { invoiceId });
    await owners[kind].pay(reference);
    const state = async () => (await line.visitor.call("GET", "/invoices")).body.items[0].state;
    await vi.waitFor(async () => expect(await state()).toBe("paid"), patience);
    expect((await shop.ask(line, { invoiceId })).body.code).toBe("invoice-not-open");
    // Its line was not paid by it.
    expect(await seen(line)).toEqual({ state: "over", creditCents: 0 });
  });

  test.each(atPesapal)(
    "[PAY-12] a balance is topped up at %s, in the currency of the provider; what goes back leaves it again",
    async (kind) => {
      const shop = await openShop(kind, "UGX");
      const line = await shop.newLine("Achen Grace");
      const { reference } = await shop.order(line, { amountCents: 500_000 });
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect((await seen(line)).creditCents).toBe(500_000), patience);
      expect(await shop.books()).toEqual({ "clearing UGX": 500_000, "credit UGX": -500_000 });
      hub.moveClock(5000);
      await owners[kind].giveBack(reference);
      await vi.waitFor(async () => expect((await seen(line)).creditCents).toBe(0), patience);
      expect(await shop.books()).toEqual({});
    },
  );

  test.each(kinds)(
    "[PROVED-ONLY] at %s what only a notice says is not booked, neither of this order nor of somebody else's",
    async (kind) => {
      const shop = await openShop(kind);
      const [line, other] = [await shop.newLine("Asha"), await shop.newLine("Baraka")];
      const strangers = await shop.order(other, { amountCents: 700_000 });
      const { reference, promptId } = await shop.order(line, { subscriptionId: line.subscriptionId });
      if (kind === "stripe") {
        // Finished, and its money takes days.
        stripe.decide(reference, "complete");
        await stripe.notify(reference, ["checkout.session.completed"]);
      } else {
        const named = (one: string) => pesapal.orders().find((each) => each.reference === one)?.trackingId;
        const notify = (trackingId: string | undefined) =>
          deliver(
            shop.noticeUrl,
            JSON.stringify({
              OrderTrackingId: trackingId,
              OrderMerchantReference: reference,
              OrderNotificationType: "IPNCHANGE",
            }),
          );
        await notify(named(reference));
        hub.moveClock(5000);
        await notify(named(strangers.reference));
      }
      await vi.waitFor(async () => expect(await shop.questions()).toBeGreaterThan(0), patience);
      expect(await shop.receipts()).toEqual([]);
      expect(await promptOf(line, promptId)).toMatchObject({ state: "prompted" });
      hub.moveClock(5000);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect((await seen(line)).state).toBe("active"), patience);
      expect(await shop.receipts()).toHaveLength(1);
    },
  );

  test.each(atPesapal)(
    "[NO-SILENCE] at %s a payment of which no notice comes is asked for, and one that comes days later is booked",
    async (kind) => {
      const shop = await openShop(kind);
      const [line, late] = [await shop.newLine("Subira"), await shop.newLine("Pendo")];
      const first = await shop.order(line, { subscriptionId: line.subscriptionId });
      const second = await shop.order(late, { amountCents: 300_000 });
      if (kind === "stripe") stripe.decide(first.reference, "pay");
      else {
        // The first try on the page fails, the second one does not, and its notice is lost.
        await pesapal.decide(first.reference, "fail");
        await vi.waitFor(async () => expect((await promptOf(line, first.promptId)).state).toBe("failed"), patience);
        const order = pesapal.orders().find((each) => each.reference === first.reference);
        if (order !== undefined) order.status = 1;
      }
      await vi.waitFor(async () => {
        await laterBy(60_000);
        expect((await promptOf(line, first.promptId)).state).toBe("paid");
      }, patience);
      await vi.waitFor(async () => {
        await laterBy(60_000);
        expect((await seen(line)).state).toBe("active");
      }, patience);
      await laterBy(3 * dayMs);
      shop.isMine();
      await owners[kind].pay(second.reference);
      await vi.waitFor(async () => expect((await promptOf(late, second.promptId)).state).toBe("paid"), patience);
      const now = await line.visitor.logIn(line.phone);
      expect(now.status).toBe(201);
      expect(await shop.receipts()).toHaveLength(2);
    },
  );

  test.each(atStripe)(
    "[PAY-02] at %s an order whose answer was lost is paid by its notice, and not by a notice that names somebody else's payment",
    async (kind) => {
      const shop = await openShop(kind);
      const [line, other] = [await shop.newLine("Wanza"), await shop.newLine("Kioko")];
      const elsewhere = await openShop(kind);
      const strangers = await elsewhere.order(await elsewhere.newLine("Otieno"), { amountCents: 250_000 });
      await owners[kind].pay(strangers.reference);
      shop.isMine();
      pages.isLost = true;
      const made = await shop.ask(line, { subscriptionId: line.subscriptionId });
      expect(made.body).toMatchObject({ state: "unknown", payAt: null });
      const { reference } = owners[kind].orders().at(-1) as { reference: string };
      if (kind === "pesapal") {
        const { trackingId } = pesapal.orders().find((each) => each.reference === strangers.reference) ?? {};
        const named = { OrderTrackingId: trackingId, OrderMerchantReference: reference };
        await deliver(shop.noticeUrl, JSON.stringify({ ...named, OrderNotificationType: "IPNCHANGE" }));
        await vi.waitFor(async () => expect(await shop.questions()).toBe(1), patience);
        expect(await shop.receipts()).toEqual([]);
        hub.moveClock(5000);
      }
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect((await seen(line)).state).toBe("active"), patience);
      expect(await shop.receipts()).toHaveLength(1);
      expect((await seen(other)).state).toBe("over");
    },
  );

  test.each(atStripe)(
    "[PAY-10] [CUS-06] a line that was renewed by other money while its page at %s was open: who asks for the page again pays the next period on it",
    async (kind) => {
      const shop = await openShop(kind);
      const line = await shop.newLine("Wairimu");
      const { subscriptionId, visitor } = line;
      const paidUntilMs = async () => (await visitor.call("GET", "/overview")).body.services[0].paidUntilMs as number;
      const { reference, promptId } = await shop.order(line, { subscriptionId });
      await line.topUp(250_000);
      const body = { expectedCents: 250_000 };
      const renewed = await visitor.call("POST", `/subscriptions/${subscriptionId}/renew`, { headers: keyed(), body });
      expect(renewed.status, renewed.text).toBe(200);
      const firstMs = await paidUntilMs();
      expect((await shop.ask(line, { subscriptionId })).body.promptId).toBe(promptId);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect(await paidUntilMs()).toBeGreaterThan(firstMs + 27 * dayMs), patience);
      expect((await seen(line)).creditCents).toBe(0);
    },
  );

  test.each(atPesapal)("[CUS-06] a page at %s that is paid hours later renews its line at once", async (kind) => {
    const shop = await openShop(kind);
    const line = await shop.newLine("Nekesa");
    const { reference } = await shop.order(line, { subscriptionId: line.subscriptionId });
    await laterBy(2 * 3_600_000);
    await vi.waitFor(async () => expect(await shop.questions()).toBeGreaterThan(0), patience);
    // Between two questions.
    hub.moveClock(15_000);
    await owners[kind].pay(reference);
    await vi.waitFor(async () => expect(await seen(line)).toEqual({ state: "active", creditCents: 0 }), patience);
  });

  test("[PAY-09] [CUS-06] whose card was declined pays with another one on the same page, which is shown and given out on", async () => {
    const shop = await openShop("pesapal");
    const line = await shop.newLine("Mumbi");
    const { subscriptionId } = line;
    const { reference, promptId } = await shop.order(line, { subscriptionId });
    const order = pesapal.orders().find((each) => each.reference === reference);
    pesapal.falsify(reference, { payment_status_code: "card_declined" });
    await pesapal.decide(reference, "fail");
    const usable = { state: "failed", reason: "other", payAt: expect.stringMatching(/^https:/) };
    await vi.waitFor(async () => expect(await promptOf(line, promptId)).toMatchObject(usable), patience);
    const ordersBefore = pesapal.orders().length;
    expect((await shop.ask(line, { subscriptionId })).body).toMatchObject({ ...usable, promptId });
    expect(pesapal.orders()).toHaveLength(ordersBefore);
    // The second card is good, and its notice is lost.
    if (order !== undefined) order.status = 1;
    await vi.waitFor(async () => {
      await laterBy(60_000);
      expect(await seen(line)).toEqual({ state: "active", creditCents: 0 });
    }, patience);
  });

  test("[PAY-09] a page that is over at its channel is given to nobody any more", async () => {
    const shop = await openShop("stripe");
    const line = await shop.newLine("Atieno");
    const { subscriptionId } = line;
    const { reference, promptId } = await shop.order(line, { subscriptionId });
    stripe.decide(reference, "expire");
    await stripe.notify(reference, ["checkout.session.expired"]);
    const over = { state: "failed", reason: "expired", payAt: null };
    await vi.waitFor(async () => expect(await promptOf(line, promptId)).toMatchObject(over), patience);
    expect((await shop.order(line, { subscriptionId })).promptId).not.toBe(promptId);
  });

  test.each(atPesapal)(
    "[CUS-06] [NO-SILENCE] money that a page at %s brings days later renews its line",
    async (kind) => {
      const shop = await openShop(kind);
      const line = await shop.newLine("Halima");
      const { reference } = await shop.order(line, { subscriptionId: line.subscriptionId });
      await laterBy(3 * dayMs);
      await owners[kind].pay(reference);
      await vi.waitFor(async () => expect(await seen(line)).toEqual({ state: "active", creditCents: 0 }), patience);
    },
  );

  test("[PAY-13] behind a payment link a card pays without a phone, and nobody learns whose phone it is", async () => {
    const shop = await openShop("stripe");
    const line = await shop.newLine("Zawadi Otieno");
    const { providerId } = shop.provider;
    const { url } = await hub.database().asProvider(providerId, (tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        providerId,
        customerId: line.customerId,
        subscriptionId: line.subscriptionId,
        expiresAtMs: hub.world.clock.wall().atMs + dayMs,
      }),
    );
    const token = url.split("#")[1] as string;
    const post = (path: string, body: object) =>
      hub.call("POST", `/api/v1/pay${path}`, { headers: ownPage, body: { token, ...body } });
    const { ways } = (await post("/view", {})).body;
    expect(ways).toEqual([{ channelId: shop.channelId, name: "Card", paysBy: "page" }]);
    expect((await post("/prompts", { key: "key-12345678" })).body.code).toBe("bad-phone");
    const made = await post("/prompts", { key: "key-12345679", channelId: shop.channelId });
    expect(made.body, made.text).toMatchObject({ state: "prompted", payAt: expect.stringContaining("https://") });
    // The same request again with a guess: neither the right number nor a wrong one is told from none.
    const again = { key: "key-12345679", channelId: shop.channelId };
    for (const phone of [line.phone, "0799999999"]) {
      const guessed = await post("/prompts", { ...again, phone });
      expect([guessed.status, guessed.body]).toEqual([201, made.body]);
    }
    const { id: otherId } = await shop.post("/channels", { ...owners.pesapal.keys, environment: "sandbox" });
    expect((await post("/prompts", { ...again, channelId: otherId })).body.code).toBe("key-reused");
    for (const secret of [line.phone.slice(1), "Zawadi"]) expect(made.text).not.toContain(secret);
    // Three digits may stand in what is drawn by chance.
    const { promptId: _, payAt: __, ...said } = made.body;
    expect(JSON.stringify(said)).not.toContain(line.phone.slice(-3));
    const { reference } = owners.stripe.orders().at(-1) as { reference: string };
    await owners.stripe.pay(reference);
    await vi.waitFor(async () => expect((await post("/view", {})).body.state).toBe("paid"), patience);
    await vi.waitFor(async () => expect((await seen(line)).state).toBe("active"), patience);
  });
});
