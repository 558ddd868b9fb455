/** A paybill whose phones are asked, told of and listed as a test says: for what customers pay. */
import { expect, vi } from "vitest";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { sendToOutbox } from "../ground/jobs/outbox.ts";
import { hashOf } from "../money/channels/channels.ts";
import { storeEvidence } from "../money/evidence/evidence-rows.ts";
import { openCustomerNumber } from "../money/matching/customer-numbers.ts";
import { routeJob } from "../money/matching/route-inflow.ts";
import { lookJob } from "../money/subscriptions/subscription-job-names.ts";
import type { TestHub } from "../test-hub.ts";
import type { LineShop, TestLine } from "./test-line.ts";

const patience = { timeout: 20_000, interval: 30 };

interface Push {
  readonly CallBackURL: string;
  readonly Amount: string | number;
}

/** Daraja takes each prompt, and says of each that it was paid. */
export function takesPrompts() {
  const pushes: Push[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    const say = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
    if (url.includes("/oauth/")) return say({ access_token: "token", expires_in: "3599" });
    if (url.endsWith("/stkpush/v1/processrequest")) {
      pushes.push(JSON.parse(body));
      return say({ ResponseCode: "0", CheckoutRequestID: `ws_CO_${pushes.length}`, MerchantRequestID: "1" });
    }
    const { CheckoutRequestID } = JSON.parse(body) as { CheckoutRequestID?: string };
    if (url.endsWith("/stkpushquery/v1/query"))
      return say({ ResponseCode: "0", ResultCode: "0", ResultDesc: "ok", CheckoutRequestID });
    throw new Error(`nobody answers ${url}`);
  };
  return { pushes, http };
}

let channels = 0;

export async function openPaybill(hub: TestHub, shop: LineShop, pushes: readonly Push[]) {
  const { providerId } = shop.provider;
  const shortcode = String(600_800 + ++channels);
  const keys = { consumerKey: "k", consumerSecret: "s", passkey: "p" };
  const paybill = { kind: "mpesa-paybill", name: "Lipa", shortcode, environment: "sandbox", ...keys };
  const { id: channelId } = await shop.post("/channels", paybill);
  await hub.database().asProvider(providerId, (tx) =>
    tx
      .updateTable("channels")
      .set({ noticeTokenHash: hashOf(channelId) })
      .where("channelId", "=", channelId)
      .execute(),
  );
  const numberOf = ({ customerId }: Pick<TestLine, "customerId">) =>
    hub.database().asProvider(providerId, (tx) => openCustomerNumber(hub.world, tx, { providerId, customerId }));
  const receiptOf = (receipt: string) =>
    hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("receipts").selectAll().where("receipt", "=", receipt).executeTakeFirst(),
      );
  return {
    channelId,
    numberOf,
    /** A confirmation of money that somebody paid by hand at that moment; it is in the books afterwards, and not proved. */
    async confirm(line: TestLine, paid: { receipt: string; cents: number; atMs: number }) {
      const body = {
        TransID: paid.receipt,
        TransAmount: (paid.cents / 100).toFixed(2),
        TransTime: new Date(paid.atMs + 3 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14),
        BillRefNumber: await numberOf(line),
        BusinessShortCode: shortcode,
        MSISDN: "2547 ***** 126",
      };
      expect((await hub.call("POST", `/hooks/k/${channelId}/c`, { body })).status).toBe(200);
      await vi.waitFor(async () => expect(await receiptOf(paid.receipt)).toBeDefined(), patience);
    },
    /** A row of the channel's list. */
    async list(line: TestLine, paid: { receipt: string; cents: number; atMs: number }) {
      const body = JSON.stringify({
        transactionId: paid.receipt,
        amount: (paid.cents / 100).toFixed(2),
        trxDate: new Date(paid.atMs).toISOString(),
        msisdn: "2547 ***** 126",
        billreference: await numberOf(line),
      });
      await hub.database().asProvider(providerId, async (tx) => {
        const { world, envelope } = hub;
        const evidenceId = await storeEvidence(
          tx,
          { world, envelope },
          {
            ...{ providerId, channelId, purchaseId: null, source: "pull", naturalKey: paid.receipt, body },
            ...{ remoteAddress: null, unmatchedReason: null },
          },
        );
        await sendToOutbox(world)(tx, routeJob, { providerId, evidenceId });
      });
      await vi.waitFor(
        async () => expect(await receiptOf(paid.receipt)).toMatchObject({ corroborated: true }),
        patience,
      );
    },
    /** Of the nth prompt. @param result the code of a failure */
    async callBack(nth: number, result: { receipt: string } | { code: number }) {
      const push = pushes[nth] as Push;
      const Item =
        "receipt" in result
          ? [
              { Name: "Amount", Value: Number(push.Amount) },
              { Name: "MpesaReceiptNumber", Value: result.receipt },
            ]
          : [];
      const stkCallback = {
        CheckoutRequestID: `ws_CO_${nth + 1}`,
        ResultCode: "code" in result ? result.code : 0,
        ResultDesc: "said",
        ...("receipt" in result ? { CallbackMetadata: { Item } } : {}),
      };
      const path = new URL(push.CallBackURL).pathname;
      expect((await hub.call("POST", path, { body: { Body: { stkCallback } } })).status).toBe(200);
    },
    prompts: () =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx.selectFrom("invoice_prompts").selectAll().orderBy("createdAtMs").orderBy("promptId").execute(),
        ),
    /** The look that the clock asks for: it has been done afterwards. */
    async look({ subscriptionId }: Pick<TestLine, "subscriptionId">) {
      const dueMs = () =>
        hub.database().asProvider(providerId, async (tx) => {
          const row = await tx
            .selectFrom("subscriptions")
            .select("nextLookMs")
            .where("subscriptionId", "=", subscriptionId)
            .executeTakeFirstOrThrow();
          return row.nextLookMs ?? Number.POSITIVE_INFINITY;
        });
      expect(await dueMs()).toBeLessThanOrEqual(hub.world.clock.wall().atMs);
      await hub
        .database()
        .asProvider(providerId, (tx) => sendToOutbox(hub.world)(tx, lookJob, { providerId, subscriptionId }));
      await vi.waitFor(async () => expect(await dueMs()).toBeGreaterThan(hub.world.clock.wall().atMs), patience);
    },
    /** What the line's log says, the oldest first. */
    logged: ({ subscriptionId }: Pick<TestLine, "subscriptionId">) =>
      hub.database().asProvider(providerId, async (tx) => {
        const rows = await tx
          .selectFrom("subscription_log")
          .select("what")
          .where("subscriptionId", "=", subscriptionId)
          .orderBy("logId")
          .execute();
        return rows.map(({ what }) => what);
      }),
  };
}
