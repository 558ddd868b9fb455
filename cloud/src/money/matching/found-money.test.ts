/** Money that comes without its callback, or to another channel than was asked: each shilling once, on its own rail and day. */

import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { maskPhone } from "../../ground/amounts/phone.ts";
import { json } from "../../ground/db/json.ts";
import { hubSuite } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { hashOf } from "../channels/channels.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";
import { insertEntry } from "../ledger/test-entry.ts";

const dayMs = 86_400_000;
const eastAfricaMs = 3 * 3_600_000;

interface Asked {
  readonly currency?: string;
  readonly atMs?: number;
  readonly reference?: string;
  readonly phone?: string;
}

hubSuite("money that is found later", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name, { name: "Day", priceCents: 5300, terms: {} });
    const { token, providerId, siteId, planId, post, read, inDatabase } = kiosk;
    const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
    const open = async (channel: object) => (await post("/channels", { ...app, ...channel })).body.id as string;
    const paybill = await open({ kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey" });
    const till = await open({ kind: "mpesa-till", shortcode: "600200", storeNumber: "600201", passkey: "passkey" });
    const pesapal = await open({ kind: "pesapal" });
    const purchase = (channelId: string, given: Asked) => {
      const purchaseId = `purchase-${++keys}`;
      const { currency = "KES", atMs = hub.world.clock.wall().atMs, reference = `R${keys}` } = given;
      const { phone = "254712345678" } = given;
      const sealed = hub.envelope.seal(Buffer.from(phone), `phone/${providerId}/${purchaseId}`);
      return {
        providerId,
        purchaseId,
        channelId,
        siteId,
        reference,
        planId,
        planName: "Day",
        terms: json(unlimitedTerms),
        amountCents: 5300,
        currency,
        phoneHash: hub.hub().parties.ofPhone(providerId, phone),
        phoneMasked: maskPhone(phone),
        phoneSealed: sealed,
        idempotencyKey: purchaseId,
        secretHash: purchaseId,
        requestId: `id-${keys}`,
        createdAtMs: atMs,
        sentAtMs: atMs,
        changedAtMs: atMs,
        ...({ state: "prompted", requestIdFrom: "answer" } as const),
      };
    };
    /** A purchase that its channel has been asked for. @returns its id */
    const asked = async (channelId: string, given: Asked = {}) => {
      const row = purchase(channelId, given);
      await inDatabase((tx) => tx.insertInto("purchases").values(row).execute());
      return row.purchaseId;
    };
    /** More people who buy the same package, while others' money is still on its way. */
    const crowd = async (given: Asked) => {
      const rows = Array.from({ length: 2100 }, () => purchase(paybill, given));
      for (let at = 0; at < rows.length; at += 300) {
        await inDatabase((tx) =>
          tx
            .insertInto("purchases")
            .values(rows.slice(at, at + 300))
            .execute(),
        );
      }
    };
    /** Told of by a statement of the paybill alone. */
    const statement = async (...rows: { receipt: string; atMs: number; account?: string }[]) => {
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
      const lines = rows.map(({ receipt, atMs, account = "wifi ???" }) => {
        const at = new Date(atMs + eastAfricaMs).toISOString().slice(0, 19).replace("T", " ");
        return `${receipt},${at},Pay Bill from 254712345678 - JUMA ALI Acc. ${account},Completed,53.00,`;
      });
      const csv = [head, ...lines].join("\n");
      return (await post("/reconciliation/statements", { channelId: paybill, csv })).body;
    };
    const receiptRow = async (receipt: string) => {
      const { items } = await read("/receipts");
      return items.find((one: { receipt: string }) => one.receipt === receipt);
    };
    const balances = async () => {
      const { items } = await read("/ledger/accounts");
      const sums = items.map((one: { account: string; balanceCents: number }) => [
        one.account.split(":")[0],
        one.balanceCents,
      ]);
      return Object.fromEntries(sums.filter(([, balanceCents]: [string, number]) => balanceCents !== 0));
    };
    /** From now on the paths of these channels are known: their ids. */
    const knowHooks = () =>
      inDatabase(async (tx) => {
        for (const channelId of [paybill, till]) {
          await makeSecretItsId(tx, channelId);
        }
      });
    /** Transaction Status, on its way. */
    const ask = (channelId: string, name: string, about = name) =>
      inDatabase((tx) =>
        tx
          .insertInto("channel_calls")
          .values({
            providerId,
            callId: name + channelId,
            channelId,
            kind: "status",
            secretHash: hashOf(name + channelId),
            subject: about,
            state: "accepted",
            askedAtMs: hub.world.clock.wall().atMs,
          } as never)
          .execute(),
      );
    /** What it tells the channel that was asked. */
    const tell = async (channelId: string, name: string, result: object) => {
      await hub.call("POST", `/hooks/k/${channelId}/r/${name}${channelId}`, { body: { Result: result } });
      const state = () =>
        inDatabase((tx) =>
          tx
            .selectFrom("channel_calls")
            .select("state")
            .where("callId", "=", name + channelId)
            .executeTakeFirst(),
        );
      const unread = () =>
        inDatabase((tx) => tx.selectFrom("evidence").select("evidenceId").where("state", "=", "new").execute());
      await vi.waitFor(
        async () => {
          expect((await state())?.state).toBe("done");
          expect(await unread()).toEqual([]);
        },
        { timeout: 30_000 },
      );
    };
    /** These channels' status answers have been right about money that came. */
    const proveAnswers = (...channelIds: string[]) =>
      inDatabase((tx) =>
        tx
          .insertInto("proved_answers")
          .values(
            channelIds.map((channelId) => {
              const place = { providerId, channelId };
              return { ...place, source: "transaction-status", receipt: "QK00ABCDEF", provedAtMs: 1 };
            }),
          )
          .execute(),
      );
    return {
      proveAnswers,
      token,
      providerId,
      siteId,
      planId,
      paybill,
      till,
      pesapal,
      post,
      read,
      inDatabase,
      asked,
      crowd,
      statement,
      receiptRow,
      balances,
      knowHooks,
      ask,
      tell,
    };
  }

  longTest(
    "[BEY-06] [BEY-07] who pays the paybill by hand instead of the page gets the package once, and no plan in dollars",
    async () => {
      const shop = await openShop("Once");
      const [receipt, second] = ["QK50ABCDEF", "QK51ABCDEF"];
      const atMs = hub.world.clock.wall().atMs;
      await shop.statement({ receipt, atMs }, { receipt: second, atMs: atMs + 1000 });
      const onPage = await shop.asked(shop.pesapal);
      const inDollars = await shop.asked(shop.paybill, { currency: "USD" });
      const { items } = await shop.read("/review?kind=suspense");
      expect(items).toMatchObject([{ suggestions: [] }, { suggestions: [] }]);
      for (const paymentId of [onPage, inDollars]) {
        expect(await shop.post(`/receipts/${receipt}/assign`, { paymentId })).toMatchObject({
          status: 409,
          body: { code: "another-kind", field: "paymentId" },
        });
      }
      const claims = hub.hub().money.rpcHandlers.find(({ method }) => method === "claim-payment");
      const claim = (params: object) =>
        claims?.answer(shop, { phone: "0712345678", purchaseId: onPage, ...params }, new AbortController().signal);
      const settled = (await claim({ receipt })) as { purchaseId: string };
      expect(settled).toMatchObject({ kind: "settled", planId: shop.planId });
      expect(await shop.read(`/payments/${settled.purchaseId}`)).toMatchObject({
        state: "paid",
        channelId: shop.paybill,
      });
      expect(await claim({ amountCents: 5300 })).toEqual({ kind: "settled", purchaseId: null });
      for (const id of [onPage, inDollars]) expect((await shop.read(`/payments/${id}`)).state).toBe("prompted");
      expect((await shop.read("/receipts")).items).toHaveLength(2);
      expect(await shop.balances()).toEqual({ clearing: 10_600, revenue: -5300, credit: -5300 });
    },
  );

  longTest("[BEY-06] callbacks that fit nothing, however many, push no money off the review list", async () => {
    const shop = await openShop("Flooded");
    await shop.statement({ receipt: "QK52ABCDEF", atMs: hub.world.clock.wall().atMs });
    const laterMs = hub.world.clock.wall().atMs + 60_000;
    const unmatched = Array.from({ length: 250 }, (_, index) => ({
      providerId: shop.providerId,
      evidenceId: `unmatched-${index}`,
      channelId: shop.paybill,
      purchaseId: null,
      source: "stk-callback",
      naturalKey: "",
      bodyHash: `${index}`,
      remoteAddress: null,
      receivedAtMs: laterMs,
      state: "unmatched" as const,
      outcome: "unknown purchase token",
    }));
    await shop.inDatabase((tx) => tx.insertInto("evidence").values(unmatched).execute());
    expect((await shop.read("/review?kind=suspense")).items).toMatchObject([{ id: "QK52ABCDEF" }]);
  });

  test("[BEY-08] [BEY-09] a purchase whose callback was lost counts for the day of its payment, not for the day it was found", async () => {
    const shop = await openShop("Yesterday");
    const nowMs = hub.world.clock.wall().atMs;
    const atMs = Math.floor((nowMs - dayMs) / 1000) * 1000;
    const paymentId = await shop.asked(shop.paybill, { atMs: atMs - 30_000, reference: "LOST1234" });
    const lost = { receipt: "QK60ABCDEF", atMs, account: "LOST1234" };
    expect(await shop.statement(lost)).toMatchObject({ found: 1, differences: [] });
    expect(await shop.receiptRow(lost.receipt)).toMatchObject({ paymentId, state: "booked", paidAtMs: atMs });
    // Today's statement is without it, and rightly so.
    const today = [-60_000, 60_000].map((byMs, index) => ({ receipt: `QK6${index + 1}ABCDEF`, atMs: nowMs + byMs }));
    expect((await shop.statement(...today)).differences).toEqual([]);
  });

  longTest(
    "[BEY-06] [BEY-07] money finds its purchase however many others have bought the same package since",
    async () => {
      const shop = await openShop("Crowded");
      const nowMs = hub.world.clock.wall().atMs;
      const atMs = Math.floor((nowMs - dayMs) / 1000) * 1000;
      const phone = "254700111222";
      const exact = await shop.asked(shop.paybill, { atMs: atMs - 30_000, phone, reference: "BCDF2345" });
      const alike = await shop.asked(shop.paybill, { atMs: atMs - 30_000, phone, reference: "BCDF2346" });
      const byPayer = await shop.asked(shop.paybill, { atMs: atMs - 30_000 });
      await shop.crowd({ atMs: nowMs, phone: "254799888777" });
      const found = [
        { receipt: "QK70ABCDEF", atMs, account: "BCDF2345" },
        { receipt: "QK71ABCDEF", atMs, account: "8CDF Z346" },
        { receipt: "QK72ABCDEF", atMs },
      ];
      expect(await shop.statement(...found)).toMatchObject({ found: 3, differences: [] });
      for (const [index, paymentId] of [exact, alike, byPayer].entries())
        expect(await shop.receiptRow(found[index]?.receipt as string)).toMatchObject({ paymentId, state: "booked" });
    },
  );

  longTest("[BEY-06] where too many purchases could be meant to look at them all, none is picked", async () => {
    const shop = await openShop("Uncertain");
    const atMs = hub.world.clock.wall().atMs;
    await shop.asked(shop.paybill, { atMs: atMs - 30_000 });
    await shop.crowd({ atMs: atMs - 20_000, phone: "254799888777" });
    await shop.statement({ receipt: "QK73ABCDEF", atMs });
    expect(await shop.receiptRow("QK73ABCDEF")).toMatchObject({ paymentId: null, state: "suspense" });
  });

  test("a callback's own time is kept when it lies between the prompt and its arrival", async () => {
    const shop = await openShop("Times");
    const nowMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000;
    await shop.inDatabase((tx) =>
      tx
        .updateTable("channels")
        .set({ hookTokenHash: hashOf("times") })
        .where("channelId", "=", shop.paybill)
        .execute(),
    );
    const callBack = async (receipt: string, paidAtMs: number) => {
      const purchaseId = await shop.asked(shop.paybill, { atMs: nowMs - 120_000 });
      await shop.inDatabase((tx) =>
        tx
          .updateTable("purchases")
          .set({ secretHash: hashOf(receipt) })
          .where("purchaseId", "=", purchaseId)
          .execute(),
      );
      const stamp = new Date(paidAtMs + eastAfricaMs).toISOString().replace(/\D/g, "").slice(0, 14);
      const Item = [
        { Name: "Amount", Value: 53 },
        { Name: "MpesaReceiptNumber", Value: receipt },
        { Name: "TransactionDate", Value: Number(stamp) },
      ];
      const { requestId: CheckoutRequestID } = await shop.inDatabase((tx) =>
        tx.selectFrom("purchases").select("requestId").where("purchaseId", "=", purchaseId).executeTakeFirstOrThrow(),
      );
      const body = { Body: { stkCallback: { CheckoutRequestID, ResultCode: 0, CallbackMetadata: { Item } } } };
      await hub.call("POST", `/hooks/k/times/s/${receipt}`, { body });
      return vi.waitFor(async () => (await shop.receiptRow(receipt)).paidAtMs as number | null, { timeout: 30_000 });
    };
    expect(await callBack("QK70ABCDEF", nowMs - 60_000)).toBe(nowMs - 60_000);
    expect(await callBack("QK71ABCDEF", nowMs - 9 * dayMs)).toBeNull();
  });

  longTest(
    "[PAY-18] money in suspense that was never there keeps no day open, and is there again when the statement has it",
    async () => {
      const shop = await openShop("Never");
      await shop.knowHooks();
      await shop.proveAnswers(shop.paybill);
      const receipt = "QK90ABCDEF";
      const nowMs = hub.world.clock.wall().atMs;
      const atMs = Math.floor((nowMs - 2 * 3_600_000) / 1000) * 1000;
      const TransTime = new Date(atMs + eastAfricaMs).toISOString().replace(/\D/g, "").slice(0, 14);
      const confirmation = { TransID: receipt, TransAmount: "53.00", BusinessShortCode: "600100", TransTime };
      await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body: { ...confirmation, BillRefNumber: "wifi" } });
      const becomes = (state: string) =>
        vi.waitFor(async () => expect(await shop.receiptRow(receipt)).toMatchObject({ state }), { timeout: 30_000 });
      await becomes("suspense");
      await shop.inDatabase((tx) => tx.updateTable("receipts").set({ bookedAtMs: atMs }).execute());
      await shop.ask(shop.paybill, receipt);
      await shop.tell(shop.paybill, receipt, { ResultCode: "2032" });
      await becomes("disproved");
      expect(await shop.balances()).toEqual({});
      const around = [-60_000, 60_000].map((byMs, index) => ({
        receipt: `QK9${index + 1}ABCDEF`,
        atMs: atMs + byMs,
      }));
      expect((await shop.statement(...around)).differences).toEqual([]);
      expect((await shop.statement(...around, { receipt, atMs })).differences).toEqual([]);
      await becomes("suspense");
      expect(await shop.balances()).toEqual({ clearing: 3 * 5300, suspense: -3 * 5300 });
    },
  );

  test("[PAY-18] money that was told with a wrong sum, disproved, and is proved with the right one is in the books with that", async () => {
    for (const [index, shillings] of [20, 80].entries()) {
      const shop = await openShop(`Corrected ${shillings}`);
      await shop.knowHooks();
      await shop.proveAnswers(shop.paybill);
      const receipt = `QKE${index}ABCDEF`;
      const told = { TransID: receipt, TransAmount: "53.00", BusinessShortCode: "600100", BillRefNumber: "wifi" };
      await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body: told });
      const becomes = (fields: object) =>
        vi.waitFor(async () => expect(await shop.receiptRow(receipt)).toMatchObject(fields), { timeout: 30_000 });
      await becomes({ state: "suspense" });
      const hoursAgoMs = hub.world.clock.wall().atMs - 2 * 3_600_000;
      await shop.inDatabase((tx) => tx.updateTable("receipts").set({ bookedAtMs: hoursAgoMs }).execute());
      await shop.ask(shop.paybill, receipt);
      await shop.tell(shop.paybill, receipt, { ResultCode: "2032" });
      await becomes({ state: "disproved" });
      const fields = { ReceiptNo: receipt, TransactionStatus: "Completed", CreditPartyName: "600100 - Shop" };
      const ResultParameter = Object.entries({ ...fields, Amount: `${shillings}` }).map(([Key, Value]) => ({
        Key,
        Value,
      }));
      await shop.ask(shop.paybill, `${receipt}-again`, receipt);
      await shop.tell(shop.paybill, `${receipt}-again`, { ResultCode: 0, ResultParameters: { ResultParameter } });
      await becomes({ state: "suspense", amountCents: shillings * 100, verified: true });
      expect(await shop.balances()).toEqual({ clearing: shillings * 100, suspense: -shillings * 100 });
    }
  });

  test("[PAY-02] a forged confirmation whose payer claims it opens what a callback would open, unverified, and is disproved", async () => {
    const shop = await openShop("Forged");
    await shop.knowHooks();
    await shop.proveAnswers(shop.paybill);
    const receipt = "QK95ABCDEF";
    const forged = { TransID: receipt, TransAmount: "53.00", BusinessShortCode: "600100", MSISDN: "254712345678" };
    await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body: { ...forged, BillRefNumber: "wifi" } });
    const becomes = (state: string) =>
      vi.waitFor(async () => expect(await shop.receiptRow(receipt)).toMatchObject({ state }), { timeout: 30_000 });
    await becomes("suspense");
    const claims = hub.hub().money.rpcHandlers.find(({ method }) => method === "claim-payment");
    const claim = () => claims?.answer(shop, { phone: "0712345678", receipt }, new AbortController().signal);
    const { purchaseId } = (await claim()) as { purchaseId: string };
    const payment = () => shop.read(`/payments/${purchaseId}`);
    expect(await payment()).toMatchObject({ state: "paid", verified: false });
    const hoursAgoMs = hub.world.clock.wall().atMs - 2 * 3_600_000;
    await shop.inDatabase((tx) => tx.updateTable("receipts").set({ bookedAtMs: hoursAgoMs }).execute());
    await shop.ask(shop.paybill, receipt);
    await shop.tell(shop.paybill, receipt, { ResultCode: "2032" });
    await becomes("disproved");
    expect(await payment()).toMatchObject({ state: "disproved", review: "disproved" });
    expect(await shop.balances()).toEqual({});
  });

  test("[PAY-02] [BEY-05] no answer disproves money before the answers of that short code are proved; without the payee it never does", async () => {
    const shop = await openShop("Unproved");
    await shop.knowHooks();
    const [receipt, other] = ["QK96ABCDEF", "QK97ABCDEF"];
    for (const TransID of [receipt, other]) {
      const told = { TransID, TransAmount: "53.00", BusinessShortCode: "600100", BillRefNumber: "wifi" };
      await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body: told });
      await vi.waitFor(async () => expect(await shop.receiptRow(TransID)).toMatchObject({ state: "suspense" }), {
        timeout: 30_000,
      });
    }
    const hoursAgoMs = hub.world.clock.wall().atMs - 2 * 3_600_000;
    await shop.inDatabase((tx) => tx.updateTable("receipts").set({ bookedAtMs: hoursAgoMs }).execute());
    let asked = 0;
    /** What the channel answers about a receipt. @returns its state after that */
    const answer = async (about: string, code: string | number, fields: Record<string, string> = {}) => {
      const ResultParameter = Object.entries(fields).map(([Key, Value]) => ({ Key, Value }));
      const name = `${about}-${++asked}`;
      await shop.ask(shop.paybill, name, about);
      await shop.tell(shop.paybill, name, { ResultCode: code, ResultParameters: { ResultParameter } });
      return (await shop.receiptRow(about)).state as string;
    };
    const of = (about: string) => ({ ReceiptNo: about, TransactionStatus: "Completed", Amount: "53" });
    const nobodyNamed = of(receipt);
    const somebody = { ...nobodyNamed, CreditPartyName: "999999 - Somebody" };
    expect(await answer(receipt, 0, nobodyNamed)).toBe("suspense");
    expect(await answer(receipt, 0, somebody)).toBe("suspense");
    expect(await answer(receipt, 0, { ...somebody, TransactionStatus: "Cancelled" })).toBe("suspense");
    expect(await answer(receipt, "2032")).toBe("suspense");
    const { items } = await shop.read("/review?kind=unread");
    expect(items.map(({ what }: { what: string }) => what)).toContainEqual(expect.stringContaining("not proved"));
    // An answer with all its fields, about money that did come, proves them for this short code.
    expect(await answer(other, 0, { ...of(other), CreditPartyName: "600100 - Shop" })).toBe("suspense");
    expect(await shop.receiptRow(other)).toMatchObject({ verified: true });
    expect(await answer(receipt, 0, nobodyNamed)).toBe("suspense");
    expect(await answer(receipt, 0, somebody)).toBe("disproved");
  });

  test("[BEY-06] money whose payer is half hidden is nobody's who looks alike: it is proposed, and goes to who proves it or has the name too", async () => {
    const shop = await openShop("Masked");
    await shop.knowHooks();
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000;
    const paymentId = await shop.asked(shop.paybill, { atMs: atMs - 30_000, phone: "254712345678" });
    const TransTime = new Date(atMs + eastAfricaMs).toISOString().replace(/\D/g, "").slice(0, 14);
    /** A stranger whose number ends in the same digits pays the same price by hand, at the same time. */
    const pay = async (TransID: string, names: Record<string, string> = {}) => {
      const told = { TransID, TransTime, TransAmount: "53.00", BusinessShortCode: "600100", BillRefNumber: "wifi" };
      await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body: { ...told, MSISDN: "2547 ***** 678", ...names } });
      return vi.waitFor(
        async () => {
          const row = await shop.receiptRow(TransID);
          expect(row).toBeDefined();
          return row;
        },
        { timeout: 30_000 },
      );
    };
    expect(await pay("QKA0ABCDEF")).toMatchObject({ state: "suspense", paymentId: null });
    expect((await shop.read(`/payments/${paymentId}`)).state).toBe("prompted");
    const { items } = await shop.read("/review?kind=suspense");
    expect(items).toMatchObject([{ id: "QKA0ABCDEF", suggestions: [{ paymentId }] }]);
    await shop.post("/customers", { name: "Jane Wanjiku", phone: "254712345678" });
    expect(await pay("QKA1ABCDEF", { FirstName: "MARY", LastName: "ATIENO" })).toMatchObject({ state: "suspense" });
    expect(await pay("QKA2ABCDEF", { FirstName: "JANE", MiddleName: "A", LastName: "WANJIKU" })).toMatchObject({
      state: "booked",
      paymentId,
    });
  });

  test("[PAY-12] invoices that are paid at the same moment spend the same credit once", async () => {
    const shop = await openShop("Credit");
    await shop.post("/credits", { phone: "0712345678", amountCents: 3000 });
    const order = { customerName: "Juma", phone: "0712345678", lines: [{ text: "x", quantity: 1, unitCents: 3000 }] };
    const ids: string[] = [];
    for (let count = 0; count < 6; count++) ids.push((await shop.post("/invoices", order)).body.id);
    const answers = await Promise.all(ids.map((id) => shop.post(`/invoices/${id}/pay`, { with: "credit" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(await shop.balances()).toEqual({ cash: 3000, revenue: -3000 });
  });

  longTest(
    "[BEY-07] the paybill's word that money went to our own till disproves nothing there, and refuses no claim",
    async () => {
      const shop = await openShop("Tills");
      const paymentId = await shop.asked(shop.till);
      await shop.knowHooks();
      await shop.proveAnswers(shop.paybill, shop.till);
      const [receipt, ours, theirs, nobodys] = ["QK80ABCDEF", "QK81ABCDEF", "QK82ABCDEF", "QK83ABCDEF"];
      await shop.inDatabase(async (tx) => {
        const place = { providerId: shop.providerId };
        await tx.updateTable("purchases").set({ state: "paid", receipt }).where("purchaseId", "=", paymentId).execute();
        const accounts = [`clearing:${shop.till}`, "revenue"] as const;
        await insertEntry(tx, { ...place, entryId: "e1", kind: "receipt", accounts, cents: 5300 });
        await tx
          .insertInto("receipts")
          .values({
            ...place,
            rail: "mpesa",
            receipt,
            channelId: shop.till,
            purchaseId: paymentId,
            amountCents: 5300,
            planCents: 5300,
            creditCents: 0,
            currency: "KES",
            entryId: "e1",
            bookedAtMs: 1,
          } as never)
          .execute();
        for (const claimed of [ours, theirs, nobodys]) {
          const times = { createdAtMs: 1, changedAtMs: 1 };
          await tx
            .insertInto("payment_claims")
            .values({ ...place, ...times, claimId: claimed, receipt: claimed, state: "asked" } as never)
            .execute();
        }
      });
      const { ask, tell } = shop;
      for (const [about, creditedTo] of [
        [receipt, "600200 - Shop"],
        [ours, "600200 - Shop"],
        [theirs, "999999 - Somebody"],
      ] as const) {
        const said = { TransactionStatus: "Completed", ReceiptNo: about, Amount: "53", CreditPartyName: creditedTo };
        const ResultParameter = Object.entries(said).map(([Key, Value]) => ({ Key, Value }));
        await ask(shop.paybill, about);
        await tell(shop.paybill, about, { ResultCode: 0, ResultParameters: { ResultParameter } });
      }
      // Unknown to one of two that were asked is not unknown yet.
      for (const channelId of [shop.paybill, shop.till]) await ask(channelId, nobodys);
      await tell(shop.paybill, nobodys, { ResultCode: "2032" });
      const stateOf = async (claimed: string) =>
        (
          await shop.inDatabase((tx) =>
            tx.selectFrom("payment_claims").select("state").where("receipt", "=", claimed).executeTakeFirst(),
          )
        )?.state;
      expect(await stateOf(nobodys)).toBe("asked");
      await tell(shop.till, nobodys, { ResultCode: "2032" });
      expect((await shop.read(`/payments/${paymentId}`)).state).toBe("paid");
      expect([await stateOf(ours), await stateOf(theirs), await stateOf(nobodys)]).toEqual([
        "asked",
        "refused",
        "refused",
      ]);
    },
  );
});
