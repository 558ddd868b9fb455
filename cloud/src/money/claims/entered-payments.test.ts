/** Money that a person saw at the channel's owner and typed: it tells like a callback, and proves nothing. */
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { openClaimShop } from "./test-claim-shop.ts";

const minuteMs = 60_000;

hubSuite("a payment that a person enters", (hub) => {
  async function openShop(name: string) {
    const shop = await openClaimShop(hub, name);
    const enter = (more: object) =>
      shop.post("/payments/entered", { channelId: shop.paybill, amountCents: 2000, ...more });
    return { ...shop, enter };
  }

  test("[PAY-21] [BEY-07] for a claim where no channel can be asked: its device gets the package, pending, and its timeline says who entered it and why", async () => {
    const shop = await openShop("Claimed");
    const purchaseId = await shop.prompted("254711000111");
    const said = { receipt: "UKL60ZDR4F", phone: "0722000333", purchaseId };
    expect(await shop.claim(said)).toEqual({ kind: "asked", noted: true });
    const [item] = await shop.waiting();
    const claimId = item?.id as string;
    expect(await shop.read(`/claims/${claimId}`)).toMatchObject({
      canBeAsked: false,
      channels: [{ id: shop.paybill, name: "M-Pesa 600100" }],
      paymentAmountCents: 2000,
    });
    const entered = await shop.enter({ receipt: "ukl60zdr4f", claimId, note: "seen on the till's phone" });
    expect(entered).toMatchObject({
      status: 201,
      body: { outcome: "paid", receipt: "UKL60ZDR4F", paymentId: purchaseId, provenance: "entered" },
    });
    expect(await shop.read(`/payments/${purchaseId}`)).toMatchObject({
      state: "paid",
      verified: false,
      provenance: "entered",
      provedBy: null,
      pendingCents: 2000,
      evidence: expect.arrayContaining([
        expect.objectContaining({ source: "entered", enteredBy: "Owner", note: "seen on the till's phone" }),
      ]),
    });
    expect(await shop.balances()).toEqual({ clearing: 2000, pending: -2000 });
    expect(await shop.toldTo()).toEqual(["2547***333"]);
    expect(await shop.claim(said)).toEqual({ kind: "settled", purchaseId, planId: shop.planId });
    expect(await shop.waiting()).toEqual([]);
    const audit = (await shop.read("/audit?limit=20")).items;
    expect(audit).toContainEqual(
      expect.objectContaining({ action: "POST /api/v1/payments/entered", target: "UKL60ZDR4F" }),
    );
    // The words stand with the payment; the audit log keeps none.
    expect(JSON.stringify(audit)).not.toContain("seen on the till's phone");
  });

  test("[PAY-21] [BEY-07] for a claim without a purchase: its device gets the one plan of that price", async () => {
    const shop = await openShop("Without");
    const said = { receipt: "UKL61ZDR4F", phone: "0722000333", amountCents: 2000 };
    await shop.claim(said);
    const [item] = await shop.waiting();
    const { body } = await shop.enter({ receipt: "UKL61ZDR4F", claimId: item?.id });
    expect(body).toMatchObject({ outcome: "paid", paymentId: expect.any(String) });
    expect(await shop.claim(said)).toEqual({ kind: "settled", purchaseId: body.paymentId, planId: shop.planId });
    expect(await shop.toldTo()).toEqual(["2547***333"]);
  });

  longTest(
    "[PAY-21] without a claim: to the account that was typed, else it waits for an owner; a claim of its receipt waits for a person",
    async () => {
      const shop = await openShop("Loose");
      await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
      const atAccount = await shop.enter({ receipt: "UKL62ZDR4F", phone: "0733000444", accountNumber: "shop 7" });
      expect(atAccount.body).toMatchObject({ outcome: "paid", paymentId: expect.any(String) });
      expect(await shop.toldTo()).toEqual(["2547***444"]);
      const said = { receipt: "UKL63ZDR4F", phone: "0722000333" };
      await shop.claim(said);
      expect((await shop.enter({ receipt: "UKL63ZDR4F" })).body).toMatchObject({
        outcome: "suspense",
        paymentId: null,
      });
      const [item] = await shop.waiting();
      expect(item?.what, "nobody shows who paid: it is not refused").toContain("UKL63ZDR4F");
      expect((await shop.read(`/claims/${item?.id}`)).money).toMatchObject([
        { receipt: "UKL63ZDR4F", provenance: "entered" },
      ]);
      expect(await shop.claim(said)).toEqual({ kind: "asked", noted: true });
      const linked = await shop.post(`/claims/${item?.id}/link`, { receipt: "UKL63ZDR4F" });
      expect(await shop.claim(said)).toMatchObject({ kind: "settled", purchaseId: linked.body.paymentId });
    },
  );

  test("[PAY-21] counts against the hour's limit of unverified money: above it, it is booked, opens nothing, and does when a statement has it", async () => {
    const shop = await openShop("Limited");
    await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 1000 });
    const said = { receipt: "UKL64ZDR4F", phone: "0722000333" };
    await shop.claim(said);
    const [item] = await shop.waiting();
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - minuteMs;
    const entered = await shop.enter({ receipt: "UKL64ZDR4F", claimId: item?.id, paidAtMs: atMs });
    expect(entered.body).toMatchObject({ outcome: "waits", paymentId: null });
    expect(await shop.receiptRow("UKL64ZDR4F")).toMatchObject({ state: "suspense", provenance: "entered" });
    expect(await shop.claim(said)).toMatchObject({ kind: "asked" });
    await shop.statement({ receipt: "UKL64ZDR4F", atMs });
    const settled = (await shop.claim(said)) as { kind: string; purchaseId: string };
    expect(settled.kind).toBe("settled");
    const payment = await shop.read(`/payments/${settled.purchaseId}`);
    expect(payment).toMatchObject({ state: "paid", provenance: "proved", provedBy: "statement", pendingCents: 0 });
  });

  test.each(
    inLongRunAll(
      [
        ["the other payment's", 1],
        ["the first one's, where staff give it back to that", 2],
      ] as const,
      (_, at) => at === 1,
    ),
  )(
    "[PAY-21] above the limit, given to one payment and then to another: once it is proved it is %s",
    async (_, times) => {
      const shop = await openShop(`Given ${times} times more`);
      await shop.send("PATCH", "/money-settings", { unverifiedCentsMax: 0 });
      const payments = [await shop.prompted("254711000111"), await shop.prompted("254711000222")];
      const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - minuteMs;
      expect((await shop.enter({ receipt: "UKL7AZDR4F", paidAtMs: atMs })).body.outcome).toBe("suspense");
      for (let time = 0; time <= times; time++) {
        const given = await shop.post("/receipts/UKL7AZDR4F/assign", { paymentId: payments[time % 2] });
        expect(given.body).toMatchObject({ state: "suspense", paymentId: payments[time % 2] });
      }
      await shop.statement({ receipt: "UKL7AZDR4F", atMs });
      const states = await Promise.all(payments.map(async (id) => (await shop.read(`/payments/${id}`)).state));
      const others = states.toSpliced(times % 2, 1);
      expect({ owner: states[times % 2], others }).toEqual({ owner: "paid", others: ["prompted"] });
      expect((await shop.receiptRow("UKL7AZDR4F")).paymentId).toBe(payments[times % 2]);
    },
  );

  test("[PAY-21] is proved by the statement that has it, whose time counts; one that covers its time and lacks it shows a difference", async () => {
    const shop = await openShop("Statement");
    const nowMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000;
    const [there, missing] = ["UKL65ZDR4F", "UKL66ZDR4F"];
    for (const receipt of [there, missing])
      await shop.enter({ receipt, phone: "0733000444", paidAtMs: nowMs - 10 * minuteMs });
    const around = [-15, -5].map((by, index) => ({ receipt: `UKL6${index}AAAAA`, atMs: nowMs + by * minuteMs }));
    const imported = await shop.statement(...around, { receipt: there, atMs: nowMs - 12 * minuteMs });
    expect(imported.differences).toEqual([
      { receipt: missing, what: "not-on-statement", statementCents: 0, bookedCents: 2000 },
    ]);
    expect(await shop.receiptRow(there)).toMatchObject({ provenance: "proved", paidAtMs: nowMs - 12 * minuteMs });
    expect(await shop.receiptRow(missing)).toMatchObject({
      provenance: "entered",
      paidAtMs: nowMs - 10 * minuteMs,
    });
  });

  test("[PAY-21] joins what M-Pesa tells of the same receipt; another amount asks a person", async () => {
    const shop = await openShop("Joined");
    for (const receipt of ["UKL67ZDR4F", "UKL68ZDR4F"]) await shop.enter({ receipt });
    expect(await shop.confirm("UKL67ZDR4F")).toMatchObject({ state: "suspense", amountCents: 2000 });
    expect(await shop.confirm("UKL68ZDR4F", { TransAmount: "50.00" })).toMatchObject({ state: "frozen" });
    expect((await shop.read("/receipts")).items).toHaveLength(2);
    expect((await shop.read("/review?kind=frozen")).items).toMatchObject([{ id: "UKL68ZDR4F" }]);
  });

  test("[PAY-21] entered at the wrong channel: the statement of the channel that got it takes it there, in the books and in the list of money received", async () => {
    const shop = await openShop("Two channels");
    const other = { kind: "mpesa-paybill", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
    const till = (await shop.post("/channels", { ...other, shortcode: "600200", passkey: "passkey" })).body
      .id as string;
    const [first, second] = ["UKL8AZDR4F", "UKL8BZDR4F"];
    const purchaseId = await shop.prompted("254711000111");
    for (const receipt of [first, second]) await shop.enter({ receipt });
    await shop.post(`/receipts/${first}/assign`, { paymentId: purchaseId });
    const atMs = Math.floor(hub.world.clock.wall().atMs / 1000) * 1000 - minuteMs;
    const lines = [first, second].map((receipt) => ({ receipt, atMs }));
    expect(await shop.statement(...lines, { of: till })).toMatchObject({ inflows: 2, found: 0, differences: [] });
    for (const receipt of [first, second])
      expect(await shop.receiptRow(receipt)).toMatchObject({ channelId: till, provenance: "proved" });
    expect(await shop.read(`/payments/${purchaseId}`)).toMatchObject({ state: "paid", verified: true });
    const { items } = await shop.read("/ledger/accounts");
    const held = items.filter(({ account }: { account: string }) => account.startsWith("clearing:"));
    expect(held).toMatchObject([
      ...[shop.paybill, till].sort().map((id) => ({ account: `clearing:${id}`, balanceCents: id === till ? 4000 : 0 })),
    ]);
    for (const [channelId, cents] of [
      [shop.paybill, 0],
      [till, 4000],
    ] as const) {
      const { items: sums } = await shop.read(`/money-received/sums?channelId=${channelId}`);
      expect(sums).toMatchObject([{ currency: "KES", amountCents: cents }]);
    }
  });

  test("[PAY-21] [PAY-04] entered at one channel and reported by another one: a person hears of it", async () => {
    const shop = await openShop("Told elsewhere");
    const other = { kind: "mpesa-paybill", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
    const till = (await shop.post("/channels", { ...other, shortcode: "600200", passkey: "passkey" })).body
      .id as string;
    await shop.enter({ receipt: "UKL8CZDR4F" });
    await shop.listen(till);
    await shop.confirm("UKL8CZDR4F", { BusinessShortCode: "600200" }, till);
    expect((await shop.read("/review?kind=unread")).items).toMatchObject([
      { what: expect.stringContaining("UKL8CZDR4F: reported at two channels") },
    ]);
  });

  test("[PAY-21] a receipt that is in the books answers what it is, and with another amount is refused", async () => {
    const shop = await openShop("Known");
    await shop.confirm("UKL69ZDR4F", { MSISDN: "254733000444" });
    expect(await shop.enter({ receipt: "UKL69ZDR4F" })).toMatchObject({
      status: 201,
      body: { outcome: "known", state: "suspense", amountCents: 2000, provenance: "told" },
    });
    expect(await shop.enter({ receipt: "UKL69ZDR4F", amountCents: 5000 })).toMatchObject({
      status: 409,
      body: { code: "receipt-other-amount", field: "amountCents" },
    });
    await shop.claim({ receipt: "UKL6AZDR4F", phone: "0722000333" });
    const [item] = await shop.waiting();
    const given = await shop.enter({ receipt: "UKL69ZDR4F", claimId: item?.id });
    expect(given.body, "with a claim, it is the claim's").toMatchObject({ outcome: "paid", provenance: "told" });
    expect(await shop.enter({ receipt: "UKL69ZDR4F", claimId: item?.id })).toMatchObject({
      status: 409,
      body: { code: "decided", field: "claimId" },
    });
    expect((await shop.enter({ receipt: "UKL69ZDR4F" })).body).toMatchObject({
      outcome: "known",
      state: "booked",
      paymentId: given.body.paymentId,
    });
    await shop.enter({ receipt: "UKLO0ZDR4F" });
    expect((await shop.enter({ receipt: "UKL00ZDR4F" })).body, "a look-alike is the same money").toMatchObject({
      outcome: "known",
      receipt: "UKLO0ZDR4F",
    });
  });

  test("[PAY-25] [PAY-21] M-Pesa's message says the receipt, the amount and the account; typed beside it, they must agree", async () => {
    const shop = await openShop("Pasted");
    await shop.post("/pay-accounts", { number: "SHOP 7", siteId: shop.siteId, planId: shop.planId });
    const message = "UKL6BZDR4F Confirmed. Ksh20.00 sent to SHOP for account shop7. New balance is Ksh99.00.";
    const paste = (more: object) => shop.post("/payments/entered", { channelId: shop.paybill, message, ...more });
    for (const [field, change] of [
      ["receipt", { receipt: "UKL6CZDR4F" }],
      ["amountCents", { amountCents: 5000 }],
      ["amountCents", { message: "UKL6BZDR4F Confirmed." }],
      ["message", { message: "I have paid you twenty" }],
    ] as const)
      expect((await paste(change)).body, JSON.stringify(change)).toMatchObject({ field });
    expect((await shop.read("/receipts")).items).toEqual([]);
    expect((await paste({ phone: "0733000444" })).body).toMatchObject({
      outcome: "paid",
      receipt: "UKL6BZDR4F",
      amountCents: 2000,
      provenance: "entered",
    });
    expect((await paste({})).body).toMatchObject({ outcome: "known" });
  });

  test("[PAY-21] what can't be entered is refused by its field, and booked nowhere", async () => {
    const shop = await openShop("Refused");
    const cash = await shop.post("/payments/purchase", {
      siteId: shop.siteId,
      planId: shop.planId,
      phone: "0733000444",
      pay: "cash",
    });
    const { channelId: till } = cash.body.payment;
    const nowMs = hub.world.clock.wall().atMs;
    for (const [field, change] of [
      ["receipt", { receipt: "UKL70" }],
      ["receipt", { receipt: "1234567890" }],
      ["channelId", { channelId: "none" }],
      ["channelId", { channelId: till }],
      ["amountCents", { amountCents: 2050 }],
      ["amountCents", { amountCents: 30_000_000 }],
      ["phone", { phone: "07123" }],
      ["phone", { phone: "0712 letters" }],
      ["paidAtMs", { paidAtMs: nowMs + 3_600_000 }],
      ["paidAtMs", { paidAtMs: nowMs - 40 * 86_400_000 }],
      ["claimId", { claimId: "none" }],
    ] as const) {
      const answer = await shop.enter({ receipt: "UKL70ZDR4F", ...change });
      expect([answer.body.field, answer.status >= 400 && answer.status < 500], answer.text).toEqual([field, true]);
    }
    expect((await shop.read("/receipts")).items.map(({ rail }: { rail: string }) => rail)).toEqual(["cash"]);
    const email = `support-${shop.providerId}@x.test`;
    await shop.post("/users", { name: "Sana", email, password: ownerPassword, role: "support" });
    const support = await hub.logIn(email, ownerPassword);
    const order = { channelId: shop.paybill, receipt: "UKL70ZDR4F", amountCents: 2000 };
    expect((await shop.post("/payments/entered", order, support)).status).toBe(403);
    expect(await shop.read("/entry-channels")).toEqual({
      channels: [{ id: shop.paybill, name: "M-Pesa 600100", canBeAsked: false }],
    });
  });
});
