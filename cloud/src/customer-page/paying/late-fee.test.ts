/** Who paid in time has no late fee, whenever the hub hears of the money, and whenever it is proved. */
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { type LineShop, openLineShop, type TestLine } from "../test-line.ts";
import { openPaybill, takesPrompts } from "../test-paybill.ts";

const patience = { timeout: 20_000, interval: 30 };
const minuteMs = 60_000;

engineSuite("a late fee", { timeout: 120_000 }, (engine) => {
  const { pushes, http } = takesPrompts();
  const hub = useHub(engine, { http });
  let shop: LineShop;
  let paybill: Awaited<ReturnType<typeof openPaybill>>;
  let receipts = 0;

  beforeAll(async () => {
    shop = await openLineShop(hub, "Late fees");
    paybill = await openPaybill(hub, shop, pushes);
    const speeds = { afterWay: "cut", slowDownKbps: 512, slowUpKbps: 512, promiseDaysMax: 3, pauseDaysMax: 0 };
    const rules = { ...speeds, graceSeconds: 0, lateFeeCents: 20_000 };
    await shop.post(`/plans/${shop.planId}/subscription-rules`, rules, "PUT");
    await shop.post("/money-settings", { renewalPromptsMax: 0 }, "PATCH");
  }, 60_000);
  beforeEach(() => shop.logInAnew());

  const nowMs = () => hub.world.clock.wall().atMs;
  const read = ({ subscriptionId }: TestLine) =>
    hub
      .database()
      .asProvider(shop.provider.providerId, (tx) =>
        tx
          .selectFrom("subscriptions")
          .select(["paidUntilMs", "notedPhase"])
          .where("subscriptionId", "=", subscriptionId)
          .executeTakeFirstOrThrow(),
      );
  /** One day is paid for, and its end is near. @returns it */
  async function nearItsEnd(name: string, autoRenew: boolean) {
    const line = await shop.newLine(name);
    await shop.post(`/subscriptions/${line.subscriptionId}`, { autoRenew }, "PATCH");
    await shop.post(`/subscriptions/${line.subscriptionId}/renew`, { from: "cash" });
    // As if a month had gone by.
    const endMs = nowMs() + 5 * minuteMs;
    await hub.database().asProvider(shop.provider.providerId, (tx) =>
      tx
        .updateTable("subscriptions")
        .set({ everyUnit: "day", anchorMs: endMs - 86_400_000, paidUntilMs: endMs, nextLookMs: endMs })
        .where("subscriptionId", "=", line.subscriptionId)
        .execute(),
    );
    return { line, endMs };
  }
  const goTo = (atMs: number) => hub.moveClock(atMs - nowMs());
  const paid = (atMs: number) => ({ receipt: `UKF${String(++receipts).padStart(3, "0")}ZDR4`, cents: 250_000, atMs });

  test("[CUS-12] [CUS-20] is not laid while what is due was told of; when that is proved the line is renewed", async () => {
    const { line, endMs } = await nearItsEnd("Told", true);
    const money = paid(nowMs());
    await paybill.confirm(line, money);
    goTo(endMs + minuteMs);
    await paybill.look(line);
    expect(await paybill.logged(line)).toEqual(["made", expect.anything(), "renewed", "now-over"]);
    await paybill.list(line, money);
    await vi.waitFor(async () => expect((await read(line)).notedPhase).toBe("active"), patience);
    expect(await paybill.logged(line)).not.toContain("late-fee");
  });

  test.each(["told of by a callback that was held up", "only in the channel's list"])(
    "[CUS-12] [CUS-20] is waived for money that was paid in time and heard of later: %s",
    async (how) => {
      const { line, endMs } = await nearItsEnd("Heard late", true);
      const money = paid(nowMs());
      goTo(endMs + minuteMs);
      await paybill.look(line);
      expect(await paybill.logged(line)).toContain("late-fee");
      goTo(endMs + 40 * minuteMs);
      if (how.startsWith("told")) await paybill.confirm(line, money);
      await paybill.list(line, money);
      await vi.waitFor(async () => expect((await read(line)).notedPhase).toBe("active"), patience);
      expect((await paybill.logged(line)).slice(-3)).toEqual(["now-over", "late-fee-waived", "renewed"]);
    },
  );

  test("[CUS-20] stays for money that was paid after the end, and for less than was due", async () => {
    const [late, part] = [await nearItsEnd("Paid late", true), await nearItsEnd("Paid a part", true)];
    const inTime = { ...paid(nowMs()), cents: 200_000 };
    goTo(part.endMs + minuteMs);
    for (const { line } of [late, part]) await paybill.look(line);
    goTo(part.endMs + 10 * minuteMs);
    for (const { line, money } of [
      { line: late.line, money: paid(nowMs()) },
      { line: part.line, money: inTime },
      { line: part.line, money: { ...paid(nowMs()), cents: 50_000 } },
    ]) {
      await paybill.confirm(line, money);
      await paybill.list(line, money);
    }
    // With the fee it is enough.
    for (const { line } of [late, part]) await paybill.list(line, { ...paid(nowMs()), cents: 20_000 });
    for (const { line } of [late, part]) {
      await vi.waitFor(async () => expect((await read(line)).notedPhase).toBe("active"), patience);
      expect(await paybill.logged(line)).not.toContain("late-fee-waived");
    }
  });

  test("[CUS-19] [CUS-20] stays for who promised to pay when it was laid already, and kept the promise", async () => {
    const { line, endMs } = await nearItsEnd("Promises late", true);
    goTo(endMs + minuteMs);
    await paybill.look(line);
    expect(await paybill.logged(line)).toContain("late-fee");
    await shop.post(`/subscriptions/${line.subscriptionId}/promise`, { untilMs: endMs + 86_400_000 });
    goTo(endMs + 30 * minuteMs);
    for (const cents of [250_000, 20_000]) await paybill.list(line, { ...paid(nowMs()), cents });
    await vi.waitFor(async () => expect((await read(line)).notedPhase).toBe("active"), patience);
    expect((await paybill.logged(line)).slice(-2)).toEqual(["promised", "renewed"]);
  });

  longTest("[CUS-20] stays where the money that was paid in time went elsewhere, and more was paid late", async () => {
    const { line, endMs } = await nearItsEnd("Spent", true);
    const inTime = paid(nowMs());
    goTo(endMs + minuteMs);
    await paybill.look(line);
    expect(await paybill.logged(line)).toContain("late-fee");
    await shop.post(`/subscriptions/${line.subscriptionId}`, { autoRenew: false }, "PATCH");
    await paybill.confirm(line, inTime);
    await paybill.list(line, inTime);
    const spent = { kind: "pay-out-credit", phone: line.phone, amountCents: 250_000, reason: "wanted it back" };
    await shop.post("/corrections", spent);
    await shop.post(`/subscriptions/${line.subscriptionId}`, { autoRenew: true }, "PATCH");
    const late = paid(nowMs());
    await paybill.confirm(line, late);
    await paybill.list(line, late);
    await paybill.list(line, { ...paid(nowMs()), cents: 20_000 });
    await vi.waitFor(async () => expect((await read(line)).notedPhase).toBe("active"), patience);
    expect(await paybill.logged(line)).not.toContain("late-fee-waived");
  });

  longTest(
    "[CUS-20] [PAY-13] waits while a prompt for the sum is on the phone; paid by it, a line without automatic renewal has none",
    async () => {
      const [pays, refuses] = [await nearItsEnd("Pays", false), await nearItsEnd("Refuses", false)];
      goTo(pays.endMs - minuteMs / 2);
      const first = pushes.length;
      for (const { line } of [pays, refuses]) {
        await line.visitor.logIn(line.phone);
        const headers = { "Idempotency-Key": `late-fee-${line.subscriptionId}` };
        const body = { subscriptionId: line.subscriptionId };
        expect((await line.visitor.call("POST", "/prompts", { headers, body })).status).toBe(201);
      }
      goTo(refuses.endMs + minuteMs / 2);
      for (const { line } of [pays, refuses]) {
        await paybill.look(line);
        expect(await paybill.logged(line)).toContain("now-over");
        expect(await paybill.logged(line)).not.toContain("late-fee");
      }
      await paybill.callBack(first, { receipt: "UKFPAYZDR4" });
      await paybill.callBack(first + 1, { code: 1032 });
      await vi.waitFor(async () => expect((await read(pays.line)).notedPhase).toBe("active"), patience);
      expect(await paybill.logged(pays.line)).not.toContain("late-fee");
      await vi.waitFor(
        async () => expect(await paybill.prompts()).toContainEqual(expect.objectContaining({ state: "failed" })),
        patience,
      );
      goTo(refuses.endMs + 4 * minuteMs);
      await paybill.look(refuses.line);
      expect(await paybill.logged(refuses.line)).toContain("late-fee");
    },
  );
});
