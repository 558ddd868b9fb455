/** A prompt on a phone renews its line, also where its callback is lost, comes hours later, or comes after a failure. */
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { createPaymentLink } from "../../money/payment-links/payment-links.ts";
import { useHub } from "../../test-hub.ts";
import { type LineShop, openLineShop, type TestLine } from "../test-line.ts";
import { openPaybill, takesPrompts } from "../test-paybill.ts";
import { ownPage } from "../test-visitor.ts";

const patience = { timeout: 20_000, interval: 30 };
const minuteMs = 60_000;

engineSuite("a prompt whose callback is late or lost", { timeout: 120_000 }, (engine) => {
  const { pushes, http } = takesPrompts();
  const hub = useHub(engine, { http });
  let shop: LineShop;
  let paybill: Awaited<ReturnType<typeof openPaybill>>;

  beforeAll(async () => {
    shop = await openLineShop(hub, "Lost callbacks");
    paybill = await openPaybill(hub, shop, pushes);
  }, 60_000);
  beforeEach(() => shop.logInAnew());

  const nowMs = () => hub.world.clock.wall().atMs;
  let keys = 0;
  /** @returns which prompt it was */
  async function ask({ visitor }: TestLine, subscriptionId: string): Promise<number> {
    const headers = { "Idempotency-Key": `of-a-lost-one-${++keys}` };
    expect((await visitor.call("POST", "/prompts", { headers, body: { subscriptionId } })).status).toBe(201);
    return pushes.length - 1;
  }
  const phases = async (...ids: readonly string[]) => {
    const rows = await hub.database().asProvider(shop.provider.providerId, (tx) =>
      tx
        .selectFrom("subscriptions")
        .select(["subscriptionId", "notedPhase"])
        .where("subscriptionId", "in", [...ids])
        .execute(),
    );
    return ids.map((id) => rows.find((row) => row.subscriptionId === id)?.notedPhase);
  };
  const isRenewed = (id: string) => vi.waitFor(async () => expect(await phases(id)).toEqual(["active"]), patience);

  test("[PAY-13] [CUS-12] the callback is lost: the list's money at its account, of its sum, pays it; the link says so", async () => {
    const line = await shop.newLine("Lost");
    const { providerId } = shop.provider;
    const { url } = await hub.database().asProvider(providerId, (tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        ...{ providerId, customerId: line.customerId, subscriptionId: line.subscriptionId },
        expiresAtMs: nowMs() + 86_400_000,
      }),
    );
    const token = url.split("#")[1];
    const post = async (path: string, body: object) =>
      (await hub.call("POST", `/api/v1/pay/${path}`, { headers: ownPage, body: { token, ...body } })).body;
    const { promptId } = await post("prompts", { key: "key-12345678", phone: "0712000222" });
    hub.moveClock(3 * 3_600_000);
    await shop.logInAnew();
    // Held back it is not renewed, and all the same nobody is asked twice.
    await shop.post(`/subscriptions/${line.subscriptionId}/suspend`, { why: "The pole is down." });
    await paybill.list(line, { receipt: "UKLOST0001", cents: 250_000, atMs: nowMs() });
    await vi.waitFor(
      async () =>
        expect(await post("prompts/view", { promptId })).toMatchObject({ state: "paid", receipt: "UKLOST0001" }),
      patience,
    );
    expect(await post("view", {})).toMatchObject({ state: "paid", receipt: "UKLOST0001" });
    await shop.post(`/subscriptions/${line.subscriptionId}/unsuspend`, {});
    hub.moveClock(11 * minuteMs);
    await hub.wakeJobs();
    await isRenewed(line.subscriptionId);
  });

  test("[CUS-11] credit that nothing has confirmed yet is shown as such, and pays nothing until it is", async () => {
    const line = await shop.newLine("Not confirmed");
    const paid = { receipt: "UKLOST0020", cents: 300_000, atMs: nowMs() };
    await paybill.confirm(line, paid);
    const overview = async () => (await line.visitor.call("GET", "/overview")).body;
    expect(await overview()).toMatchObject({ creditCents: 300_000, unprovedCents: 300_000 });
    const renew = (key: string) =>
      line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, {
        headers: { "Idempotency-Key": key },
        body: { expectedCents: 250_000 },
      });
    expect((await renew("not-confirmed")).body.code).toBe("no-credit");
    await paybill.list(line, paid);
    expect(await overview()).toMatchObject({ creditCents: 300_000, unprovedCents: 0 });
    expect((await renew("confirmed")).status).toBe(200);
    expect(await overview()).toMatchObject({ creditCents: 50_000, unprovedCents: 0 });
  });

  test("[PAY-13] [CUS-12] money that was told of by a confirmation, and proved hours later, pays it too; another sum, and older money, does not", async () => {
    const line = await shop.newLine("Told by hand");
    const older = { receipt: "UKLOST0002", cents: 250_000, atMs: nowMs() };
    await paybill.confirm(line, older);
    hub.moveClock(minuteMs);
    await ask(line, line.subscriptionId);
    hub.moveClock(2 * minuteMs);
    await paybill.list(line, { receipt: "UKLOST0003", cents: 240_000, atMs: nowMs() });
    await paybill.confirm(line, { receipt: "UKLOST0004", cents: 250_000, atMs: nowMs() });
    hub.moveClock(4 * 3_600_000);
    await paybill.list(line, older);
    await hub.wakeJobs();
    expect(await phases(line.subscriptionId)).toEqual(["over"]);
    await paybill.list(line, { receipt: "UKLOST0004", cents: 250_000, atMs: nowMs() });
    await isRenewed(line.subscriptionId);
    const prompts = (await paybill.prompts()).filter((each) => each.subscriptionId === line.subscriptionId);
    expect(prompts).toMatchObject([{ state: "paid", receipt: "UKLOST0004" }]);
  });

  longTest(
    "[PAY-13] one receipt is of one prompt: of two lines of one customer the one that was asked for last is renewed",
    async () => {
      const line = await shop.newLine("Two lines");
      const order = {
        customerId: line.customerId,
        username: "line.second",
        planId: shop.planId,
        siteIds: [shop.siteId],
      };
      const { accountId } = await shop.post("/accounts", { ...order, password: "maji-moto-8" });
      const { customerId } = line;
      const made = await shop.post("/subscriptions", {
        customerId,
        accountId,
        planId: shop.planId,
        autoRenew: false,
      });
      const [first, second] = [line.subscriptionId, made.subscriptionId as string];
      await ask(line, first);
      hub.moveClock(2 * minuteMs);
      const push = await ask(line, second);
      await paybill.list(line, { receipt: "UKLOST0005", cents: 250_000, atMs: nowMs() });
      await isRenewed(second);
      // Its callback comes after all.
      await paybill.callBack(push, { receipt: "UKLOST0005" });
      await line.topUp(10_000);
      await vi.waitFor(
        async () =>
          expect((await paybill.prompts()).find((each) => each.receipt === "UKLOST0005")?.isFound).toBe(false),
        patience,
      );
      expect(await phases(first, second)).toEqual(["over", "active"]);
      expect((await paybill.prompts()).filter((each) => each.receipt === "UKLOST0005")).toHaveLength(1);
    },
  );

  longTest(
    "[PAY-13] [CUS-12] the callback comes hours later: the line is renewed when its money is proved",
    async () => {
      const line = await shop.newLine("Hours later");
      const push = await ask(line, line.subscriptionId);
      hub.moveClock(2 * 3_600_000);
      await hub.wakeJobs();
      await paybill.callBack(push, { receipt: "UKLOST0006" });
      await vi.waitFor(
        async () => expect((await paybill.prompts()).find((each) => each.receipt === "UKLOST0006")?.state).toBe("paid"),
        patience,
      );
      await paybill.list(line, { receipt: "UKLOST0006", cents: 250_000, atMs: nowMs() });
      hub.moveClock(11 * minuteMs);
      await hub.wakeJobs();
      await isRenewed(line.subscriptionId);
    },
  );

  test("[PAY-13] [CUS-12] first it is said to have failed, and then that it was paid: it is renewed", async () => {
    const line = await shop.newLine("Failed first");
    const push = await ask(line, line.subscriptionId);
    await paybill.callBack(push, { code: 1037 });
    const state = async () =>
      (await paybill.prompts()).find((each) => each.subscriptionId === line.subscriptionId)?.state;
    await vi.waitFor(async () => expect(await state()).toBe("failed"), patience);
    hub.moveClock(10 * minuteMs);
    await hub.wakeJobs();
    await paybill.callBack(push, { receipt: "UKLOST0007" });
    await isRenewed(line.subscriptionId);
  });
});
