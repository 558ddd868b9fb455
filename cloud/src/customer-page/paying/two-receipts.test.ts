/** The callbacks of one prompt name two receipts: what the channel says of the prompt proves one payment, and not which. */
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { useHub } from "../../test-hub.ts";
import { openLineShop } from "../test-line.ts";
import { renewJob } from "./pay-parts.ts";

const patience = { timeout: 30_000, interval: 30 };

engineSuite("a prompt of a customer's page", (engine) => {
  const pushes: { CallBackURL: string; Amount: string }[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    const say = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
    if (url.includes("/oauth/")) return say({ access_token: "token", expires_in: "3599" });
    if (url.endsWith("/stkpush/v1/processrequest")) {
      pushes.push(JSON.parse(body));
      return say({ ResponseCode: "0", CheckoutRequestID: "ws_CO_1", MerchantRequestID: "1" });
    }
    if (url.endsWith("/stkpushquery/v1/query"))
      return say({ ResponseCode: "0", ResultCode: "0", ResultDesc: "ok", CheckoutRequestID: "ws_CO_1" });
    throw new Error(`nobody answers ${url}`);
  };
  const hub = useHub(engine, { http });

  test("[PAY-04] [PAY-13] the first receipt of a prompt was proved by the channel's answer about it, and another one comes: neither is proved", async () => {
    const shop = await openLineShop(hub, "Two receipts");
    const { token } = shop.provider;
    const keys = { consumerKey: "k", consumerSecret: "s", passkey: "p" };
    await shop.post("/channels", { kind: "mpesa-paybill", shortcode: "600780", environment: "sandbox", ...keys });
    const { subscriptionId, visitor } = await shop.newLine("Tatu");
    const headers = { "Idempotency-Key": "two-receipts" };
    expect((await visitor.call("POST", "/prompts", { headers, body: { subscriptionId } })).status).toBe(201);
    // Held back, it is not renewed: the hub goes on asking about the prompt.
    await shop.post(`/subscriptions/${subscriptionId}/suspend`, { why: "The pole is down." });
    const [push] = pushes;
    const callBack = (receipt: string) => {
      const Item = [
        { Name: "Amount", Value: Number(push?.Amount) },
        { Name: "MpesaReceiptNumber", Value: receipt },
      ];
      const stkCallback = {
        CheckoutRequestID: "ws_CO_1",
        ResultCode: 0,
        ResultDesc: "ok",
        CallbackMetadata: { Item },
      };
      return hub.call("POST", new URL(push?.CallBackURL ?? "").pathname, { body: { Body: { stkCallback } } });
    };
    const proofs = async () => {
      const { items } = (await hub.call("GET", "/api/v1/receipts", { token })).body;
      return Object.fromEntries(
        items.map(({ receipt, provenance }: { receipt: string; provenance: string }) => [receipt, provenance]),
      );
    };
    /** The job that waits for the proof has looked, and will look again. */
    const looked = async () => {
      const jobs = () =>
        hub
          .database()
          .asPlatform("test", (tx) =>
            tx.selectFrom("job_outbox").select(["jobId", "runAtMs"]).where("name", "=", renewJob).execute(),
          );
      const before = new Set((await jobs()).map(({ jobId: id }) => id));
      hub.moveClock(11 * 60_000);
      await vi.waitFor(async () => {
        const now = await jobs();
        expect(now.filter(({ jobId: id }) => before.has(id))).toEqual([]);
        expect(now).toHaveLength(1);
      }, patience);
    };
    await callBack("UKLAAZDR4F");
    await vi.waitFor(async () => expect(await proofs()).toEqual({ UKLAAZDR4F: "proved" }), patience);
    await callBack("UKLABZDR4F");
    await vi.waitFor(async () => expect(await proofs()).toHaveProperty("UKLABZDR4F"), patience);
    await looked();
    expect(await proofs()).toEqual({ UKLAAZDR4F: "told", UKLABZDR4F: "told" });
  });
});
