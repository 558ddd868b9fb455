/** Whose question is put next, where many wait for one app's budget. */

import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import type { Seconds } from "@karibu/protocol/quantities";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { json } from "../../ground/db/json.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { askJob } from "../purchases/purchase-rows.ts";
import { askNextJob } from "./ask.ts";

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const patience = { timeout: 30_000, interval: 30 };
const keys = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };

engineSuite("questions about many purchases", (engine) => {
  const questions: string[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    if (url.includes("/oauth/")) return { status: 200, body: '{"access_token":"token","expires_in":"3599"}' };
    if (url.includes("/stkpushquery/")) questions.push(JSON.parse(body).CheckoutRequestID);
    return { status: 200, body: '{"errorCode":"500.001.1001","errorMessage":"The transaction is being processed"}' };
  };
  const hub = useHub(engine, { http });

  async function openShop(name: string) {
    const { providerId, token, siteId, planId, post } = await openKiosk(hub, name);
    const channel = { ...keys, kind: "mpesa-paybill", shortcode: "600100" };
    const channelId = (await post("/channels", channel)).body.id as string;
    const nowMs = hub.world.clock.wall().atMs;
    /** Purchases of so long ago, whose questions have been due since. */
    const waiting = (names: readonly string[], state: "paid" | "prompted" | "unknown", agoMs: number) =>
      hub.database().asProvider(providerId, (tx) =>
        tx
          .insertInto("purchases")
          .values(
            names.map((purchaseId) => ({
              providerId,
              purchaseId,
              channelId,
              siteId,
              planId,
              planName: "1 hour",
              terms: json<Terms>({ ...unlimitedTerms, validitySeconds: 3600 as Seconds }),
              amountCents: 2000,
              currency: "KES",
              phoneMasked: "2547***111",
              reference: purchaseId,
              idempotencyKey: purchaseId,
              secretHash: purchaseId,
              requestId: purchaseId,
              requestIdFrom: "answer" as const,
              state,
              createdAtMs: nowMs - agoMs,
              sentAtMs: nowMs - agoMs,
              changedAtMs: nowMs - agoMs,
              waitsSinceMs: nowMs - agoMs,
            })),
          )
          .execute(),
      );
    const send = (job: string, data: object) =>
      hub.database().asPlatform("test", (tx) => sendToOutbox(hub.world)(tx, job, { providerId, ...data }));
    const waits = (purchaseId: string) =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("purchases").select("waitsSinceMs").where("purchaseId", "=", purchaseId).executeTakeFirst(),
        );
    return { token, providerId, channelId, waiting, send, waits };
  }

  test("[PAY-03] who waits before a page is asked about, however many wait whose customers know what became of it", async () => {
    const shop = await openShop("Crowd");
    const others = Array.from({ length: 200 }, (_, index) => `paid-${index}`);
    await shop.waiting(others, "paid", 20 * minuteMs);
    await shop.waiting(["new"], "prompted", 2 * minuteMs);
    await shop.send(askNextJob, { channelId: shop.channelId });
    await vi.waitFor(() => expect(questions).toEqual(["new"]), patience);
  });

  longTest("[PAY-03] a clock that was days ahead for a moment does not silence all questions for days", async () => {
    const shop = await openShop("Clock ahead");
    const budget = (nextAtMs?: number) =>
      hub.database().asPlatform("test", async (tx) => {
        const rows = tx.updateTable("app_budgets").where("providerId", "=", shop.providerId);
        if (nextAtMs !== undefined) await rows.set({ nextAtMs }).execute();
        const read = tx.selectFrom("app_budgets").select("nextAtMs").where("providerId", "=", shop.providerId);
        return (await read.executeTakeFirst())?.nextAtMs ?? 0;
      });
    await shop.waiting(["first"], "prompted", 2 * minuteMs);
    await shop.send(askNextJob, { channelId: shop.channelId });
    await vi.waitFor(() => expect(questions).toContain("first"), patience);
    const nowMs = hub.world.clock.wall().atMs;
    await budget(nowMs + 3 * dayMs);
    await shop.waiting(["second"], "prompted", 2 * minuteMs);
    await shop.send(askNextJob, { channelId: shop.channelId });
    await vi.waitFor(async () => expect(await budget()).toBeLessThan(nowMs + dayMs), patience);
    hub.moveClock(2 * minuteMs);
    await vi.waitFor(() => expect(questions).toContain("second"), patience);
  });

  test("[PAY-03] nor does it put off for days what has paid: it is looked at again within two minutes", async () => {
    const shop = await openShop("Paid ahead");
    await shop.waiting(["asked"], "prompted", 2 * minuteMs);
    await shop.send(askNextJob, { channelId: shop.channelId });
    await vi.waitFor(() => expect(questions).toContain("asked"), patience);
    const nowMs = hub.world.clock.wall().atMs;
    await hub.database().asPlatform("test", (tx) =>
      tx
        .updateTable("app_budgets")
        .set({ nextAtMs: nowMs + 3 * dayMs })
        .where("providerId", "=", shop.providerId)
        .execute(),
    );
    await shop.waiting(["paid-before"], "paid", 20 * minuteMs);
    await shop.send(askJob, { purchaseId: "paid-before" });
    const nextLooks = () =>
      hub.database().asPlatform("test", async (tx) => {
        const rows = tx.selectFrom("job_outbox").select("runAtMs").where("name", "=", askJob);
        return (await rows.where("singletonKey", "like", "paid-before/%").execute()).map((row) => row.runAtMs);
      });
    await vi.waitFor(async () => expect(await nextLooks()).toHaveLength(1), patience);
    expect((await nextLooks())[0]).toBeLessThan(nowMs + 2 * minuteMs);
  });

  test("[PAY-03] a channel whose keys can't be read keeps none of its provider's other channels from being asked", async () => {
    const shop = await openShop("Damaged keys");
    const other = { ...keys, kind: "mpesa-paybill", shortcode: "600200" };
    const { id } = (await hub.call("POST", "/api/v1/channels", { token: shop.token, body: other })).body;
    await hub.database().asProvider(shop.providerId, (tx) =>
      tx
        .updateTable("channels")
        .set({ keysSealed: Buffer.from("damaged") })
        .where("channelId", "=", id)
        .execute(),
    );
    await shop.waiting(["beside"], "prompted", 2 * minuteMs);
    await shop.send(askJob, { purchaseId: "beside" });
    await vi.waitFor(() => expect(questions).toContain("beside"), patience);
  });

  test("[PAY-03] a callback that waits and can't be opened any more keeps nobody from asking about its purchase", async () => {
    const shop = await openShop("Sealed");
    await shop.waiting(["sealed"], "unknown", 2 * minuteMs);
    const nowMs = hub.world.clock.wall().atMs;
    const id = { providerId: shop.providerId, evidenceId: "e1", receivedAtMs: nowMs };
    await hub.database().asProvider(shop.providerId, async (tx) => {
      const fact = { source: "stk-callback", naturalKey: "n", bodyHash: "h", state: "parked" as const };
      await tx
        .insertInto("evidence")
        .values({ ...id, ...fact, channelId: shop.channelId, purchaseId: "sealed" })
        .execute();
      await tx
        .insertInto("evidence_bodies")
        .values({ ...id, bodySealed: Buffer.from("under another key") })
        .execute();
    });
    await shop.send(askJob, { purchaseId: "sealed" });
    await vi.waitFor(() => expect(questions).toContain("sealed"), patience);
  });

  test("[PAY-03] what the hub gave up keeps no place in the queue", async () => {
    const shop = await openShop("Given up");
    await shop.waiting(["old"], "unknown", 2 * dayMs);
    await shop.send(askJob, { purchaseId: "old" });
    await vi.waitFor(async () => expect(await shop.waits("old")).toEqual({ waitsSinceMs: null }), patience);
  });
});
