/** What a channel does to every customer, or to its list, is said: as an alarm, and on its page with what to do. */
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import { sendToOutbox } from "../../ground/jobs/outbox.ts";
import { useHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { pullJob } from "../channels/pull-job.ts";
import type { EvidenceSource } from "../evidence/evidence.ts";
import { noteAnswer } from "./note-answer.ts";

const patience = { timeout: 30_000, interval: 30 };
const keys = {
  shortcode: "600100",
  passkey: "pass key",
  consumerKey: "consumer key",
  consumerSecret: "consumer secret",
};

engineSuite("a channel in trouble", (engine) => {
  const prompts: { readonly CallBackURL: string }[] = [];
  let promptRefusal: object | null = null;
  let listRefusal: object | null = null;
  const http: HttpCall = async ({ url, body = "{}" }) => {
    const say = (fields: object, status = 200) => ({ status, body: JSON.stringify(fields) });
    if (url.includes("/oauth/")) return say({ access_token: "token", expires_in: "3599" });
    if (url.includes("/pulltransactions/")) {
      if (listRefusal !== null) return say(listRefusal, 401);
      return say({ ResponseCode: "1001", ResponseMessage: "none", Response: "[[]]" });
    }
    if (!url.includes("/stkpush/")) throw new Error(`nobody answers ${url}`);
    if (promptRefusal !== null) return say(promptRefusal, 500);
    prompts.push(JSON.parse(body));
    return say({ ResponseCode: "0", CheckoutRequestID: `ws_CO_${prompts.length}` });
  };
  const hub = useHub(engine, { http });
  let count = 0;

  async function openShop(name: string) {
    const day = { name: "Day", priceCents: 5000, terms: {} };
    const { token, providerId, planId, post, read, asSite } = await openKiosk(hub, name, day);
    const channel = { kind: "mpesa-paybill", environment: "sandbox", ...keys };
    const { id: channelId } = (await post("/channels", channel)).body;
    return {
      providerId,
      channelId,
      token,
      channel: () => read(`/channels/${channelId}`),
      troubles: async () => (await read(`/channels/${channelId}`)).troubles,
      alarms: async () => (await read("/alarms?kind=channel-fails-customers")).items,
      waiting: async () =>
        (await read("/home")).waiting.find(({ kind }: { kind: string }) => kind === "channels-failing"),
      async buy() {
        const params = { idempotencyKey: `buy-${++count}`, planId, phone: `07123${10_000 + count}` };
        await asSite("start-purchase", params);
      },
      /** What M-Pesa says of the newest prompt. */
      async answer(ResultCode: string | number) {
        const item = [
          { Name: "Amount", Value: 50 },
          { Name: "MpesaReceiptNumber", Value: `UKL${String(++count).padStart(7, "0")}` },
        ];
        const paid = ResultCode === 0 ? { CallbackMetadata: { Item: item } } : {};
        const ids = { MerchantRequestID: "1", CheckoutRequestID: `ws_CO_${prompts.length}` };
        const body = { Body: { stkCallback: { ...ids, ResultCode, ResultDesc: "said so", ...paid } } };
        await hub.call("POST", new URL(prompts.at(-1)?.CallBackURL ?? "").pathname, { body });
      },
    };
  }

  test.each(
    inLongRunAll(
      [
        ["Full", 8, "balance-limit"],
        ["Type", "2028", "transaction-type"],
        ["Party", "SFC_IC0003", "receiving-party"],
      ] as const,
      (_, at) => at === 1,
    ),
  )(
    "[PAY-04] %s: code %s fails every customer, so it is an alarm until somebody has paid",
    async (name, code, reason) => {
      const shop = await openShop(name);
      await shop.buy();
      await shop.answer(1032);
      await shop.buy();
      await shop.answer(code);
      const trouble = { kind: "fails-customers", reason, said: expect.stringContaining(String(code)) };
      await vi.waitFor(async () => expect(await shop.troubles()).toMatchObject([trouble]), patience);
      const { channelId } = shop;
      expect(await shop.alarms()).toMatchObject([{ channelId, severity: "wrong", state: "open", fields: { reason } }]);
      await shop.buy();
      await shop.answer(1);
      await shop.buy();
      await shop.answer(0);
      await vi.waitFor(async () => expect(await shop.troubles()).toEqual([]), patience);
      expect(await shop.alarms()).toEqual([]);
    },
  );

  test("[PAY-17] money that came without the request, or that somebody typed, does not show that the keys which made it fit", async () => {
    const { providerId, channelId, channel } = await openShop("Around the keys");
    const told = (kind: "accepted" | "success", source: EvidenceSource) =>
      hub.database().asProvider(providerId, async (tx) => {
        const madeAtMs = hub.world.clock.wall().atMs;
        const request = {
          providerId,
          channelId,
          madeAtMs,
          requestAcceptedAtMs: null,
          channelFails: true,
        };
        await noteAnswer({ world: hub.world, emit: async () => {} }, tx, request, { kind, source }, null);
      });
    for (const source of [
      "operator",
      "entered",
      "forwarded-message",
      "c2b-confirmation",
      "pull",
      "statement",
    ] as const) {
      await told("success", source);
      expect(await channel(), source).toMatchObject({ requestAcceptedAtMs: null });
    }
    await told("accepted", "push-answer");
    expect(await channel()).toMatchObject({ requestAcceptedAtMs: expect.any(Number) });
  });

  test("[PAY-04] a wrong passkey is an alarm until a prompt is accepted", async () => {
    const shop = await openShop("Passkey");
    const errorCode = "500.001.1001";
    promptRefusal = { requestId: "1", errorCode, errorMessage: "Merchant does not exist" };
    await shop.buy();
    await vi.waitFor(async () => expect(await shop.troubles()).toMatchObject([{ reason: "short-code" }]), patience);
    promptRefusal = { requestId: "1", errorCode, errorMessage: "Wrong credentials" };
    await shop.buy();
    const trouble = { kind: "fails-customers", reason: "passkey", sinceMs: expect.any(Number) };
    await vi.waitFor(async () => expect(await shop.troubles()).toMatchObject([trouble]), patience);
    expect(await shop.alarms()).toHaveLength(1);
    promptRefusal = null;
    await shop.buy();
    await vi.waitFor(async () => expect(await shop.troubles()).toEqual([]), patience);
  });

  test("[PAY-04] a list that the app may not read is said on the channel's page until it is read", async () => {
    const shop = await openShop("List");
    const job = { providerId: shop.providerId, channelId: shop.channelId, backMs: 3_600_000 };
    const pull = () => hub.database().asProvider(shop.providerId, (tx) => sendToOutbox(hub.world)(tx, pullJob, job));
    listRefusal = { requestId: "1", errorCode: "401.001", errorMessage: "Invalid Access Token" };
    await pull();
    const trouble = { kind: "list-refused", reason: "list-not-allowed", said: expect.stringContaining("401.001") };
    await vi.waitFor(async () => expect(await shop.troubles()).toMatchObject([trouble]), patience);
    // Sales go on, so it is no alarm.
    expect(await shop.alarms()).toEqual([]);
    listRefusal = null;
    await pull();
    await vi.waitFor(async () => expect(await shop.troubles()).toEqual([]), patience);
  });
});
