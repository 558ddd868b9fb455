/** Account numbers that people type at the paybill, through the API and the C2B path: the money finds its owner, or says why not. */
import { unlimitedTerms } from "@karibu/protocol/plan";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { openKiosk } from "../../test-kiosk.ts";
import { makeSecretItsId } from "../channels/test-hooks.ts";
import { adoptPurchase } from "../purchases/adopt-purchase.ts";
import { sealPhone } from "../purchases/purchase-rows.ts";
import { readSoldNote, soldNote } from "../purchases/sold-note.ts";

hubSuite("money at an account number", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const kiosk = await openKiosk(hub, name, { name: "Hour", priceCents: 2000, terms: {} });
    const { token, providerId, siteId, planId, ask: send, post, read } = kiosk;
    const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
    const channel = { ...app, kind: "mpesa-paybill", shortcode: "600100", passkey: "passkey" };
    const paybill = (await post("/channels", channel)).body.id as string;
    await hub.database().asProvider(providerId, (tx) => makeSecretItsId(tx, paybill));
    const receiptRow = async (receipt: string) =>
      (await read("/receipts")).items.find((one: { receipt: string }) => one.receipt === receipt);
    /** A confirmation, and what became of its money. */
    const tell = async (message: { readonly TransID: string; readonly [field: string]: string }) => {
      const { status } = await hub.call("POST", `/hooks/k/${paybill}/c`, { body: message });
      expect(status).toBe(200);
      const ofIt = (tx: Tx) =>
        tx.selectFrom("evidence").select("state").where("naturalKey", "=", message.TransID).execute();
      return vi.waitFor(
        async () => {
          const facts = await hub.database().asProvider(providerId, ofIt);
          expect(facts.filter(({ state }) => state === "new")).toEqual([]);
          return receiptRow(message.TransID);
        },
        { timeout: 30_000 },
      );
    };
    const confirm = (account: string, msisdn = "2547 ***** 126", shillings = "20.00", TransTime = "") => {
      const TransID = `QP${String(++keys).padStart(2, "0")}ABCDEF`;
      const told = { TransID, TransAmount: shillings, TransTime, BillRefNumber: account };
      return tell({ ...told, BusinessShortCode: "600100", MSISDN: msisdn });
    };
    const reviewed = async (receipt: string) =>
      (await read("/review?kind=suspense")).items.find((one: { id: string }) => one.id === receipt);
    return { token, providerId, siteId, planId, paybill, send, post, read, tell, confirm, reviewed, receiptRow };
  }

  test("[BEY-06] [BEY-29] money that had bought at a site's number before a restore joins that purchase once its site has given it back, and buys no second one", async () => {
    const shop = await openShop("Restored");
    const { providerId, siteId, planId } = shop;
    await shop.post("/pay-accounts", { number: "SHOP 9", siteId, planId });
    const purchaseId = "lost-at-number";
    const lost = {
      ...{ providerId, purchaseId, channelId: shop.paybill, planId, amountCents: 2000, askedCents: null },
      ...{
        currency: "KES",
        reference: "HND7ABCDE",
        requestId: null,
        createdAtMs: hub.world.clock.wall().atMs - 60_000,
      },
      phoneSealed: sealPhone(hub.envelope, { providerId, purchaseId }, "254712000126"),
      ...{ promotionId: null, idempotencyKey: "inflow/mpesa/QP90ABCDEF" },
    };
    const note = readSoldNote(hub.envelope, providerId, purchaseId, soldNote(hub.envelope, lost as never));
    if (note === null) throw new Error("the note does not open");
    const { world, envelope } = hub;
    const parts = { world, envelope, parties: hub.hub().parties, emit: async () => {} };
    const jobs = { send: async () => {} } as never;
    await hub.database().asProvider(providerId, async (tx) => {
      await adoptPurchase({ ...parts, jobs }, tx, {
        ...{ providerId, purchaseId, siteId, planName: "Hour", terms: unlimitedTerms, note },
      });
    });
    const told = { TransID: "QP90ABCDEF", TransAmount: "20.00", TransTime: "", BillRefNumber: "SHOP 9" };
    const row = await shop.tell({ ...told, BusinessShortCode: "600100", MSISDN: "254712000126" });
    expect(row).toMatchObject({ state: "booked", paymentId: purchaseId, planCents: 2000 });
    const { items } = await shop.read("/payments");
    expect(items).toMatchObject([{ id: purchaseId, state: "paid", review: null }]);
    // The next payment there is another one.
    const next = await shop.confirm("SHOP 9", "254712000126");
    expect(next).toMatchObject({ state: "booked", planCents: 2000 });
    expect(next.paymentId).not.toBe(purchaseId);
  });

  test("[BEY-06] at a site's number, from a payer whose number is hidden: the review list names the account, and one tap gives it", async () => {
    const shop = await openShop("Masked");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    for (const [typed, because] of [
      ["shop-7 ", "its account"],
      ["shop7", "its account"],
      ["SH0P7", "look-alike letters"],
      ["SHOPP7", "one letter apart"],
    ]) {
      const { receipt, state } = await shop.confirm(typed as string);
      expect([typed, state]).toEqual([typed, "suspense"]);
      expect(await shop.reviewed(receipt), typed).toMatchObject({
        reason: because === "one letter apart" ? "no account fits" : "the payer is hidden",
        accounts: [{ number: "SHOP 7", siteId: shop.siteId, planId: shop.planId, because, needsPhone: true }],
      });
    }
    const { receipt } = await shop.confirm("shop 7");
    const give = (owner: object) => shop.post(`/receipts/${receipt}/assign`, owner);
    expect(await give({ accountNumber: "shop 8" })).toMatchObject({ status: 404, body: { field: "accountNumber" } });
    expect(await give({ accountNumber: "shop-7" })).toMatchObject({ status: 400, body: { field: "phone" } });
    const given = await give({ accountNumber: "shop-7", phone: "0712345126" });
    expect(given).toMatchObject({ status: 200, body: { state: "booked" } });
    expect(await shop.read(`/payments/${given.body.paymentId}`)).toMatchObject({
      state: "paid",
      siteId: shop.siteId,
      planId: shop.planId,
    });
    // From now on there is one customer whose number looks like that: a tap is enough.
    const again = await shop.confirm("shop 7");
    const { accounts } = await shop.reviewed(again.receipt);
    expect(accounts).toMatchObject([{ number: "SHOP 7", needsPhone: false }]);
    const tapped = await shop.post(`/receipts/${again.receipt}/assign`, { accountNumber: accounts[0].number });
    expect(tapped).toMatchObject({ status: 200, body: { state: "booked" } });
    const [one, other] = await Promise.all([given, tapped].map(({ body }) => shop.read(`/payments/${body.paymentId}`)));
    // Of the second one the hub knows the customer, and no more of the number than the channel showed.
    expect([one.phone, other.phone]).toEqual(["254712345126", "2547***126"]);
  });

  test("[BEY-06] [REP-15] at a customer's own number the money is theirs at once, whoever's number is hidden", async () => {
    const shop = await openShop("Own");
    const { siteId, planId } = shop;
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
    await shop.post("/pay-accounts", { number: "JUMA 2", phone: "0712345678" });
    const bought = await shop.confirm("juma-1");
    expect(bought).toMatchObject({ state: "booked" });
    expect(await shop.read(`/payments/${bought.paymentId}`)).toMatchObject({ state: "paid", siteId, planId });
    expect(await shop.confirm("juma-1", undefined, "15.00")).toMatchObject({ state: "credit" });
    expect(await shop.confirm("juma 2")).toMatchObject({ state: "credit" });
    expect(await shop.read("/credits?phone=0712345678")).toMatchObject({ balanceCents: 3500 });
    // Nobody was asked for any of it: no prompt was paid, and none failed.
    expect((await shop.read("/reports/figures?report=prompts")).rows).toEqual([]);
  });

  longTest("[BEY-06] at a site's number, the plan is bought when a later witness shows the payer", async () => {
    const shop = await openShop("Later");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const { receipt } = await shop.confirm("shop7");
    const at = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const csv = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
      `${receipt},${at},Pay Bill from 254712345126 - JUMA ALI Acc. shop7,Completed,20.00,`,
    ].join("\n");
    await shop.post("/reconciliation/statements", { channelId: shop.paybill, csv });
    const row = await shop.receiptRow(receipt);
    expect(row).toMatchObject({ state: "booked" });
    expect(await shop.read(`/payments/${row.paymentId}`)).toMatchObject({ state: "paid", siteId: shop.siteId });
  });

  test("[BEY-06] at a site's number, money that two masked witnesses agree on still gets its owner from a statement", async () => {
    const shop = await openShop("Veiled");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const { receipt } = await shop.confirm("shop7");
    const at = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    for (const payer of ["2547***126", "254712345126"]) {
      expect(await shop.receiptRow(receipt)).toMatchObject({ state: "suspense" });
      const csv = [
        "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
        `${receipt},${at},Pay Bill from ${payer} - JUMA ALI Acc. shop7,Completed,20.00,`,
      ].join("\n");
      await shop.post("/reconciliation/statements", { channelId: shop.paybill, csv });
    }
    expect(await shop.receiptRow(receipt)).toMatchObject({ state: "booked" });
  });

  test("[BEY-07] who shows the receipt of money at a site's number gets that number's plan, also where two cost the same", async () => {
    const shop = await openShop("Claimed");
    await shop.post("/plans", { name: "Other hour", priceCents: 2000, terms: {} });
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const { receipt } = await shop.confirm("shop7");
    const claimed = await shop.post("/payments/claims", { receipt, phone: "0712345126" });
    expect(claimed).toMatchObject({ status: 201, body: { outcome: "settled" } });
    expect(await shop.read(`/payments/${claimed.body.paymentId}`)).toMatchObject({
      state: "paid",
      siteId: shop.siteId,
      planId: shop.planId,
    });
  });

  test("[BEY-06] [PAY-12] an underpaid account number is completed by a second payment, which opens the plan", async () => {
    const shop = await openShop("Parts");
    const { siteId, planId } = shop;
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId, planId });
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
    for (const [account, msisdn] of [
      ["shop 7", "254712345001"],
      ["juma-1", "2547 ***** 126"],
    ] as const) {
      const first = await shop.confirm(account, msisdn, "15.00");
      expect(first).toMatchObject({ state: "credit", creditCents: 1500, paymentId: null });
      const second = await shop.confirm(account, msisdn, "5.00");
      expect(second).toMatchObject({ state: "booked", creditCents: 0, planCents: 500 });
      expect(await shop.read(`/payments/${second.paymentId}`)).toMatchObject({
        siteId,
        planId,
        state: "paid",
        grantId: expect.any(String),
        review: null,
      });
      // What was used is used: the next payment that is too small begins again.
      expect(await shop.confirm(account, msisdn, "5.00")).toMatchObject({ state: "credit" });
      expect(await shop.confirm(account, msisdn, "14.00")).toMatchObject({ state: "credit" });
      expect(await shop.confirm(account, msisdn, "1.00")).toMatchObject({ state: "booked" });
    }
    const { items } = await shop.read("/ledger/accounts");
    const balance = (account: string) =>
      items.find((one: { account: string }) => one.account === account)?.balanceCents ?? 0;
    // Told by confirmations alone: it is revenue when something proves it.
    expect([balance("credit"), balance("pending"), balance("revenue")]).toEqual([0, -8000, 0]);
  });

  test("[PAY-18] one receipt that is told with two amounts is booked once, and a person is asked, wherever its money is", async () => {
    const shop = await openShop("Two");
    await shop.post("/pay-accounts", { number: "JUMA 2", phone: "0712345678" });
    const asked = async () => (await shop.read("/review")).items;
    for (const [account, kind] of [
      ["juma-2", "amounts"],
      ["nobody's", "frozen"],
    ] as const) {
      const { receipt, amountCents } = await shop.confirm(account);
      expect(amountCents).toBe(2000);
      const again = { TransID: receipt, TransAmount: "900.00", BillRefNumber: account, MSISDN: "2547 ***** 126" };
      await shop.tell({ ...again, TransTime: "", BusinessShortCode: "600100" });
      expect(await shop.receiptRow(receipt)).toMatchObject({ amountCents: 2000 });
      const item = { kind, id: receipt, amountCents: 2000, reason: "two sources name two amounts" };
      expect(await asked()).toContainEqual(expect.objectContaining(item));
      const looked = await shop.post("/review/resolve", { kind, id: receipt, note: "the first is right" });
      expect(looked.status).toBe(200);
      expect((await asked()).filter((one: { kind: string }) => one.kind === kind)).toEqual([]);
    }
  });

  longTest(
    "[PAY-18] [BEY-06] a real shilling that was told as twenty counts as one as soon as the channel's statement says so, wherever it is",
    async () => {
      const shop = await openShop("Shilling");
      await shop.post("/pay-accounts", { number: "JUMA 3", phone: "0712345678" });
      await shop.post("/pay-accounts", { number: "SHOP 3", siteId: shop.siteId, planId: shop.planId });
      const { items: channels } = await shop.read("/channels");
      const channelId = channels.find(({ shortcode }: { shortcode: string }) => shortcode === "600100").id;
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
      for (const [account, state] of [
        ["juma-3", "credit"],
        ["nobody's", "suspense"],
      ] as const) {
        const { receipt } = await shop.confirm(account);
        const line = `${receipt},2026-11-01 10:00:00,Pay Bill from 2547****126 - JANE Acc. x,Completed,1.00,`;
        const csv = [head, line].join("\n");
        expect((await shop.post("/reconciliation/statements", { channelId, csv })).status).toBeLessThan(300);
        expect(await shop.receiptRow(receipt)).toMatchObject({ amountCents: 100, state, provenance: "proved" });
      }
      const { items } = await shop.read("/ledger/accounts");
      const balance = (name: string) =>
        items
          .filter(({ account }: { account: string }) => account.split(":")[0] === name)
          .reduce((sum: number, one: { balanceCents: number }) => sum + one.balanceCents, 0);
      expect(["clearing", "credit", "suspense", "debts", "revenue"].map(balance)).toEqual([200, -100, -100, 0, 0]);
    },
  );

  test("[PAY-04] a NUL in a confirmation's text, raw or escaped, is acknowledged and booked", async () => {
    const shop = await openShop("Nul");
    for (const nul of ["\u0000", "\\u0000"]) {
      const TransID = `QN${String(++keys).padStart(2, "0")}ABCDEF`;
      const body = `{"TransID":"${TransID}","TransAmount":"20.00","TransTime":"","BillRefNumber":"x${nul}y",
          "BusinessShortCode":"600100","MSISDN":"2547 ***** 126","FirstName":"JA${nul}NE"}`;
      const answer = await hub.call("POST", `/hooks/k/${shop.paybill}/c`, { body });
      expect(answer).toMatchObject({ status: 200, body: { ResultCode: 0 } });
      await vi.waitFor(async () => expect(await shop.receiptRow(TransID)).toMatchObject({ amountCents: 2000 }), {
        timeout: 30_000,
      });
    }
  });

  test("[PAY-18] an account text that is far longer than any number is listed like every other one", async () => {
    const shop = await openShop("Endless");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const long = await shop.confirm("A".repeat(25_000));
    const near = await shop.confirm("SHOPP7");
    const listed = await shop.send("GET", "/review?kind=suspense");
    expect(listed.status, listed.text.slice(0, 200)).toBe(200);
    expect(await shop.reviewed(long.receipt)).toMatchObject({ accounts: [] });
    expect(await shop.reviewed(near.receipt)).toMatchObject({ accounts: [{ number: "SHOP 7" }] });
  });

  test("[PAY-18] a phone number that is glued to a name, or typed as the account, is not shown in full", async () => {
    const shop = await openShop("Glued");
    const TransID = `QG${String(++keys).padStart(2, "0")}ABCDEF`;
    const message = { TransID, TransAmount: "20.00", TransTime: "", BusinessShortCode: "600100" };
    const names = { FirstName: "JOHN0712345678", LastName: "254722000111X" };
    await shop.tell({ ...message, ...names, BillRefNumber: "wifi0712345678", MSISDN: "2547 ***** 126" });
    for (const path of ["/receipts", "/review", `/receipts?q=${TransID}`]) {
      const { text } = await shop.send("GET", path);
      expect(text).toContain(TransID);
      expect(text).not.toMatch(/712345678|722000111/);
    }
    expect(await shop.receiptRow(TransID)).toMatchObject({ payerName: "JOHN07***678 2547***111X" });
  });

  test("[BEY-06] who refuses unknown accounts refuses nobody whose money would find its owner, nor a till's, which has no accounts", async () => {
    const shop = await openShop("Strict");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    expect((await shop.send("PATCH", "/money-settings", { strictAccounts: true })).body.strictAccounts).toBe(true);
    const asked = async (account: string) => {
      const TransID = `QV${String(++keys).padStart(2, "0")}ABCDEF`;
      const message = { TransID, TransAmount: "20.00", BusinessShortCode: "600100", MSISDN: "254712345126" };
      const body = { ...message, TransTime: "", BillRefNumber: account };
      return (await hub.call("POST", `/hooks/k/${shop.paybill}/v`, { body })).body.ResultCode;
    };
    for (const account of ["SHOP 7", "shop-7", "SH0P7", "0712345678", ""])
      expect(await asked(account), account).toBe("0");
    for (const account of ["SHOP8", "wifi"]) expect(await asked(account), account).toBe("C2B00012");
  });

  test("[BEY-06] money for a shortcode that the channel has not is refused before it is taken; a till is asked by either of its numbers", async () => {
    const shop = await openShop("Two numbers");
    const app = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    const till = (
      await shop.post("/channels", { ...app, kind: "mpesa-till", shortcode: "600200", storeNumber: "600201" })
    ).body.id as string;
    await hub.database().asProvider(shop.providerId, (tx) => makeSecretItsId(tx, till));
    const asked = async (channel: string, BusinessShortCode: string, TransAmount = "20.00") => {
      const TransID = `QT${String(++keys).padStart(2, "0")}ABCDEF`;
      const body = {
        TransID,
        TransAmount,
        BusinessShortCode,
        MSISDN: "254712345126",
        TransTime: "",
        BillRefNumber: "x",
      };
      return (await hub.call("POST", `/hooks/k/${channel}/v`, { body })).body.ResultCode;
    };
    expect([await asked(till, "600200"), await asked(till, "600201"), await asked(till, "600100")]).toEqual([
      ...["0", "0", "C2B00015"],
    ]);
    expect([await asked(shop.paybill, "600100"), await asked(shop.paybill, "600200")]).toEqual(["0", "C2B00015"]);
    // What can't be booked is refused too; a message that can't be read is not, for its customer would be lost.
    expect(await asked(shop.paybill, "600100", "20.005")).toBe("C2B00013");
    const unread = { TransID: "?", TransAmount: "20.00", BusinessShortCode: "600100" };
    expect((await hub.call("POST", `/hooks/k/${shop.paybill}/v`, { body: unread })).body.ResultCode).toBe("0");
  });

  longTest(
    "[BEY-06] how much is believed unverified in an hour is the provider's setting: what comes above it waits in suspense, for a tap or its proof",
    async () => {
      const shop = await openShop("Limit");
      const { siteId, planId } = shop;
      await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId, planId });
      const limit = (unverifiedCentsMax: unknown) => shop.send("PATCH", "/money-settings", { unverifiedCentsMax });
      expect(await shop.read("/money-settings")).toMatchObject({ unverifiedCentsMax: 5_000_000 });
      for (const wrong of [-1, 0.5, "50000", null])
        expect(await limit(wrong)).toMatchObject({ status: 400, body: { field: "unverifiedCentsMax" } });
      expect(await limit(2000)).toMatchObject({ status: 200, body: { unverifiedCentsMax: 2000 } });
      await shop.send("PATCH", "/money-settings", { strictAccounts: false });
      expect(await shop.read("/money-settings")).toMatchObject({ unverifiedCentsMax: 2000 });
      const { items } = await shop.read("/audit?q=money-settings");
      expect(items).toMatchObject([{ detail: {} }, { detail: { body: { unverifiedCentsMax: 2000 } } }]);

      expect(await shop.confirm("juma 1")).toMatchObject({ state: "booked", verified: false });
      const [own, atSite] = [await shop.confirm("juma-1"), await shop.confirm("shop 7", "254712345126")];
      for (const { receipt, state, suspenseCents, paymentId } of [own, atSite]) {
        expect({ state, suspenseCents, paymentId }).toEqual({
          state: "suspense",
          suspenseCents: 2000,
          paymentId: null,
        });
        expect(await shop.reviewed(receipt)).toMatchObject({
          reason: "too much is unverified",
          accounts: [{ because: "its account", needsPhone: false }],
        });
      }
      // Less than the price opens nothing: it is the customer's credit, as ever.
      expect(await shop.confirm("juma 1", undefined, "5.00")).toMatchObject({ state: "credit" });
      // A second confirmation is no second witness: it shows the payer, and does not evade the limit by that.
      const twice = {
        TransID: "QP98ABCDEF",
        TransAmount: "20.00",
        BusinessShortCode: "600100",
        BillRefNumber: "shop 7",
      };
      const hidden = await shop.tell({ ...twice, MSISDN: "2547 ***** 126" });
      expect(hidden).toMatchObject({ state: "suspense", note: "the payer is hidden" });
      const shown = await shop.tell({ ...twice, MSISDN: "254712345126" });
      expect(shown).toMatchObject({ state: "suspense", note: "too much is unverified", verified: false });

      const tapped = await shop.post(`/receipts/${own.receipt}/assign`, { accountNumber: "juma 1" });
      expect(tapped).toMatchObject({ status: 200, body: { state: "booked" } });
      const at = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
      const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
      const line = (receipt: string, account: string) =>
        `${receipt},${at},Pay Bill from 2547****126 - JUMA Acc. ${account},Completed,20.00,`;
      const csv = [head, line(own.receipt, "juma 1"), line(atSite.receipt, "shop 7")].join("\n");
      const taken = await shop.post("/reconciliation/statements", { channelId: shop.paybill, csv });
      expect(taken.body).toMatchObject({ found: 0, failures: [] });
      // The statement hides the payer, whom the confirmation had shown.
      const row = await shop.receiptRow(atSite.receipt);
      expect(row).toMatchObject({ state: "booked", verified: true, note: null });
      expect(await shop.read(`/payments/${row.paymentId}`)).toMatchObject({ state: "paid", phone: "254712345126" });
      expect(await shop.receiptRow(own.receipt)).toMatchObject({ paymentId: tapped.body.paymentId, state: "booked" });
    },
  );

  test("[BEY-09] money that waited to be proved keeps no day open", async () => {
    const shop = await openShop("Day");
    const { siteId, planId } = shop;
    await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 0 });
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
    const day = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
    const { receipt } = await shop.confirm("juma 1", undefined, "20.00", `${day.replaceAll("-", "")}120000`);
    const lines = [receipt, "QP99ABCDEF"].map(
      (each) => `${each},${day} 12:00:00,Pay Bill from 2547****126 - JUMA Acc. juma 1,Completed,20.00,`,
    );
    const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
    const period = `Time Period:,From ${day} 00:00:00 To ${day} 23:59:59`;
    const close = () => shop.post("/reconciliation/closed-days", { channelId: shop.paybill, day });
    const take = (some: readonly string[]) =>
      shop.post("/reconciliation/statements", {
        channelId: shop.paybill,
        csv: ["Short Code:,600100", period, head, ...some].join("\n"),
      });
    await take(lines.slice(1));
    expect(await close()).toMatchObject({
      status: 409,
      body: { code: "not-reconciled", detail: expect.stringContaining(`differ in ${receipt}.`) },
    });
    expect((await take(lines)).body).toMatchObject({ found: 0, differences: [], failures: [] });
    expect(await close()).toMatchObject({ status: 200, body: { bookedCents: 4000, statementCents: 4000 } });
  });

  test("[BEY-06] money above the limit whose number is gone when it is proved says that nobody can be given it, and no more that it waits for its proof", async () => {
    const shop = await openShop("Gone");
    const { siteId, planId } = shop;
    await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 0 });
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
    const { receipt } = await shop.confirm("juma 1");
    expect(await shop.receiptRow(receipt)).toMatchObject({ note: "too much is unverified", verified: false });
    await shop.send("DELETE", "/pay-accounts/JUMA1");
    const at = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const csv = [
      "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn",
      `${receipt},${at},Pay Bill from 2547****126 - JUMA Acc. juma 1,Completed,20.00,`,
    ].join("\n");
    const taken = await shop.post("/reconciliation/statements", { channelId: shop.paybill, csv });
    expect(taken.body).toMatchObject({ failures: [] });
    const proved = { state: "suspense", verified: true, note: "it could not be given" };
    expect(await shop.receiptRow(receipt)).toMatchObject(proved);
    // The next report still gives it, once its number is there.
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678", siteId, planId });
    const again = { TransID: receipt, TransAmount: "20.00", BusinessShortCode: "600100", BillRefNumber: "juma 1" };
    const told = await shop.tell({ ...again, MSISDN: "2547 ***** 126" });
    expect(told).toMatchObject({ state: "booked", verified: true, note: null });
  });

  test("[BEY-06] a customer's number is listed with whose it is, for who may read customers alone", async () => {
    const shop = await openShop("Wenyewe");
    const { customerId } = (await shop.post("/customers", { name: "Achieng Otieno", phone: "0712345679" })).body;
    await shop.post("/pay-accounts", { number: "ACHIENG1", phone: "0712345679" });
    await shop.post("/pay-accounts", { number: "NOBODY1", phone: "0712345670" });
    await shop.post("/pay-accounts", { number: "KIOSK1", siteId: shop.siteId });
    const owners = async (token: string) => {
      const { items } = (await hub.call("GET", "/api/v1/pay-accounts", { token })).body;
      return items.map((one: { number: string; customerId: string | null; customerName: string | null }) => [
        one.number,
        one.customerId,
        one.customerName,
      ]);
    };
    const unnamed = [
      ["KIOSK1", null, null],
      ["NOBODY1", null, null],
    ];
    expect(await owners(shop.token)).toEqual([["ACHIENG1", customerId, "Achieng Otieno"], ...unnamed]);
    const role = (await shop.post("/roles", { name: "Till", permissions: ["payments.read"] })).body.role as string;
    const person = { email: "till@wenyewe.test", name: "Till", role, password: ownerPassword };
    expect((await shop.post("/users", person)).status).toBe(201);
    expect(await owners(await hub.logIn(person.email, ownerPassword))).toEqual([["ACHIENG1", null, null], ...unnamed]);
  });

  test("numbers are listed, and one that was mistyped is deleted and free again", async () => {
    const shop = await openShop("Lists");
    const { siteId } = shop;
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId, planId: shop.planId });
    await shop.post("/pay-accounts", { number: "JUMA 1", phone: "0712345678" });
    expect((await shop.post("/pay-accounts", { number: "shop-7", siteId })).status).toBe(409);
    expect((await shop.read("/pay-accounts?sort=number")).items).toMatchObject([
      { number: "JUMA 1", kind: "customer", siteId: null, planId: null },
      { number: "SHOP 7", kind: "site", siteId, planId: shop.planId },
    ]);
    expect((await shop.read(`/pay-accounts?siteId=${siteId}`)).items).toHaveLength(1);
    expect((await shop.send("DELETE", `/pay-accounts/${encodeURIComponent("shop 7")}`)).status).toBe(204);
    expect((await shop.send("DELETE", "/pay-accounts/SHOP7")).status).toBe(404);
    expect((await shop.post("/pay-accounts", { number: "shop-7", siteId })).status).toBe(201);
  });
});
