/** A shop whose customers pay at a paybill: for tests of claims and of money that a person enters. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { expect, vi } from "vitest";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { TestHub } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";

const patience = { timeout: 30_000 };
const eastAfricaMs = 3 * 3_600_000;

/** `YYYY-MM-DD HH:mm:ss` in East Africa, as statements have it. */
const stamp = (atMs: number) => new Date(atMs + eastAfricaMs).toISOString().slice(0, 19).replace("T", " ");

let keys = 0;

/** A site, a plan of 20 shillings, a paybill that can't be asked, and a sender of text messages that reaches nobody. */
export async function openClaimShop(hub: TestHub, name: string) {
  const kiosk = await openKiosk(hub, name);
  const { token, providerId, ownerEmail, siteId, planId, ask: send, post, read, inDatabase } = kiosk;
  const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
  const channel = { ...app, kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey" };
  const paybill = (await post("/channels", channel)).body.id as string;
  await post("/message-senders", { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" });
  /** Its secret is its id. */
  const listen = (channelId: string) => inDatabase((tx) => makeSecretItsId(tx, channelId));
  await listen(paybill);

  /** A purchase whose prompt is open on this phone. @returns its id */
  async function prompted(phone: string, atMs: number = hub.world.clock.wall().atMs): Promise<string> {
    const purchaseId = `purchase-${++keys}`;
    await inDatabase((tx) =>
      tx
        .insertInto("purchases")
        .values({
          providerId,
          purchaseId,
          channelId: paybill,
          siteId,
          planId,
          planName: "1 hour",
          terms: json({ ...unlimitedTerms, validitySeconds: 3600 }),
          amountCents: 2000,
          currency: "KES",
          ...{
            phoneHash: hub.hub().parties.ofPhone(providerId, phone),
            phoneMasked: maskPhone(phone),
            reference: `R${keys}`,
          },
          phoneSealed: hub.envelope.seal(Buffer.from(phone), `phone/${providerId}/${purchaseId}`),
          idempotencyKey: purchaseId,
          secretHash: purchaseId,
          requestId: `id-${keys}`,
          state: "prompted",
          requestIdFrom: "answer",
          createdAtMs: atMs,
          sentAtMs: atMs,
          changedAtMs: atMs,
        } as never)
        .execute(),
    );
    return purchaseId;
  }

  const receiptRow = async (receipt: string) =>
    (await read("/receipts")).items.find((one: { receipt: string }) => one.receipt === receipt);

  /** M-Pesa's confirmation of money at the paybill; resolves with the receipt once it is judged. */
  async function confirm(TransID: string, more: Readonly<Record<string, string>> = {}, channelId = paybill) {
    const told = { TransID, TransAmount: "20.00", BusinessShortCode: "600100", BillRefNumber: "wifi", ...more };
    await hub.call("POST", `/hooks/k/${channelId}/c`, { body: told });
    const factsOf = (tx: Tx) =>
      tx
        .selectFrom("evidence")
        .select("state")
        .where("naturalKey", "=", TransID)
        .where("source", "=", "c2b-confirmation")
        .execute();
    return vi.waitFor(async () => {
      const facts = await inDatabase(factsOf);
      expect(facts.map(({ state }) => state)).toEqual(facts.map(() => "done"));
      expect(facts.length).toBeGreaterThan(0);
      return receiptRow(TransID);
    }, patience);
  }

  /** A statement, imported: of the paybill, or of the last argument's channel. It names no short code. */
  async function statement(
    ...said: ({ receipt: string; atMs: number; shillings?: number; phone?: string } | { of: string })[]
  ) {
    const rows = said.filter((each) => "receipt" in each);
    const channelId = said.find((each) => "of" in each)?.of ?? paybill;
    const lines = rows.map(
      ({ receipt, atMs, shillings = 20, phone = "254700000009" }) =>
        `${receipt},${stamp(atMs)},Pay Bill from ${phone} - JUMA ALI Acc. wifi,Completed,${shillings}.00,`,
    );
    const csv = ["Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn", ...lines].join("\n");
    return (await post("/reconciliation/statements", { channelId, csv })).body;
  }

  const rpc = hub.hub().money.rpcHandlers.find(({ method }) => method === "claim-payment");
  /** "I already paid", at the site's Wi-Fi page. */
  const claim = (params: object) => rpc?.answer({ providerId, siteId }, params, new AbortController().signal);
  /** The claims on the review list. */
  const waiting = async () => (await read("/review?kind=claim")).items as { id: string; what: string }[];
  /** Whom messages have gone to, masked. */
  const toldTo = async () => (await read("/messages")).items.map(({ to }: { to: string }) => to) as string[];
  const balances = async () => {
    const { items } = await read("/ledger/accounts");
    const sums = items.map((one: { account: string; balanceCents: number }) => [
      one.account.split(":")[0],
      one.balanceCents,
    ]);
    return Object.fromEntries(sums.filter(([, balanceCents]: [string, number]) => balanceCents !== 0));
  };
  return {
    token,
    providerId,
    ownerEmail,
    siteId,
    planId,
    paybill,
    send,
    post,
    read,
    inDatabase,
    prompted,
    listen,
    receiptRow,
    confirm,
    statement,
    claim,
    waiting,
    toldTo,
    balances,
  };
}
