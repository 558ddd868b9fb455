/** Corrections through the API, on both engines: each is a new entry, the books stay at zero, and money is never better known than it was. */
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { balanced } from "../ledger/entries.ts";
import { createLedgerWriter } from "../ledger/post-entry.ts";
import { insertReceipt } from "../receipts/receipt-rows.ts";
import { readSpendable } from "../receipts/told-credit.ts";

const [anna, ben] = ["254712000111", "254712000222"];

hubSuite("corrections of the books", { timeout: 300_000 }, (hub) => {
  let names = 0;

  async function openOffice() {
    const name = `Office${++names}`;
    const { providerId, token } = await hub.makeProvider(name);
    const person = async (role: string) => {
      const email = `${role}@${name.toLowerCase()}.test`;
      const body = { email, name: role, role, password: ownerPassword };
      const made = await hub.call("POST", "/api/v1/users", { token, body });
      expect(made.status).toBe(201);
      return hub.logIn(email, ownerPassword);
    };
    const partyOf = (phone: string) => hub.hub().parties.ofPhone(providerId, phone);
    const annasParty = partyOf(anna);
    let keys = 0;
    const post = (path: string, body: object = {}, by = token, key = `key-${name}-${++keys}`) =>
      hub.call("POST", `/api/v1${path}`, { token: by, body, headers: { "idempotency-key": key } });
    const get = async (path: string, by = token) => (await hub.call("GET", `/api/v1${path}`, { token: by })).body;
    return {
      providerId,
      token,
      person,
      post,
      get,
      topUp: async (phone: string, amountCents: number): Promise<string> => {
        await post("/credits", { phone, amountCents });
        return (await get(`/credits/history?phone=${phone}`)).items[0].entryId;
      },
      credit: async (phone: string): Promise<number> => (await get(`/credits?phone=${phone}`)).balanceCents,
      told: async (phone: string): Promise<number> => (await get(`/credits?phone=${phone}`)).toldCents,
      balances: async (): Promise<Record<string, number>> => {
        const { rows, balanced: isBalanced } = await get("/ledger/trial-balance");
        expect(isBalanced).toBe(true);
        return Object.fromEntries(
          rows
            .map((row: { account: string; debitCents: number; creditCents: number }) => [
              row.account.replace(/:.*/, ""),
              row.debitCents - row.creditCents,
            ])
            .filter(([, sum]: [string, number]) => sum !== 0),
        );
      },
      /** Money that came in at a channel and is Anna's credit; `told`: only a callback has reported it. */
      receive: (receipt: string, amountCents: number, told = false) =>
        hub.database().asProvider(providerId, async (tx) => {
          const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
          const entry = balanced({
            entryKey: `receipt:mpesa:${receipt}`,
            kind: "receipt",
            postings: [
              { account: "clearing:c1", currency: "KES", amountCents: amountCents as never },
              { account: "credit", currency: "KES", amountCents: -amountCents as never },
            ],
          });
          const entryId = await ledger.post(tx, { providerId, purchaseId: null, party: annasParty }, entry);
          await insertReceipt(tx, {
            providerId,
            rail: "mpesa",
            receipt,
            channelId: "c1",
            purchaseId: null,
            amountCents,
            planCents: 0,
            creditCents: amountCents,
            currency: "KES",
            entryId,
            bookedAtMs: 1,
            state: "credit",
            source: told ? "c2b-confirmation" : "pull",
            corroborated: !told,
            provedBy: told ? null : "pull",
            party: annasParty,
            payerHash: annasParty,
            payerMasked: "2547***111",
          });
        }),
      /** Anna owes: money that she had spent went back. */
      owe: (amountCents: number) =>
        hub.database().asProvider(providerId, async (tx) => {
          const ledger = createLedgerWriter({ world: hub.world, onCredit: async () => {} });
          const entry = balanced({
            entryKey: `reversal:mpesa:${++keys}`,
            kind: "reversal",
            postings: [
              { account: "debts", currency: "KES", amountCents: amountCents as never },
              { account: "clearing:c1", currency: "KES", amountCents: -amountCents as never },
            ],
          });
          await ledger.post(tx, { providerId, purchaseId: null, party: annasParty }, entry);
        }),
      spendable: (phone: string) =>
        hub
          .database()
          .asProvider(providerId, (tx) => readSpendable(tx, { providerId, party: partyOf(phone), currency: "KES" })),
    };
  }

  test("[PAY-12] a receipt that was the wrong customer's is moved, and what only a callback told stays told", async () => {
    const office = await openOffice();
    await office.receive("UKA0000001", 5000);
    await office.receive("UKA0000002", 3000, true);
    const moved = { kind: "move-receipt", toPhone: ben, reason: "Ben paid for himself" };
    const done = await office.post("/corrections", { ...moved, receipt: "UKA0000002" });
    expect(done.status).toBe(201);
    expect(done.body).toMatchObject({ state: "done", amountCents: 3000, receipt: "UKA0000002", phone: "2547***111" });
    expect(JSON.stringify(done.body)).not.toContain(ben);
    expect(await office.spendable(anna)).toEqual({ creditCents: 5000, provedCents: 5000 });
    // Told money does not become proved by the move.
    expect(await office.spendable(ben)).toEqual({ creditCents: 3000, provedCents: 0 });
    expect([await office.told(anna), await office.told(ben)]).toEqual([0, 3000]);
    expect(await office.post("/corrections", { kind: "pay-out-credit", phone: ben, reason: "cash" })).toMatchObject({
      status: 409,
      body: { code: "too-much" },
    });
    expect((await office.post("/corrections", { ...moved, receipt: "UKA0000001" })).status).toBe(201);
    expect(await office.spendable(ben)).toEqual({ creditCents: 8000, provedCents: 5000 });
    expect(await office.balances()).toEqual({ clearing: 8000, credit: -8000 });
    // It is Ben's now: it can't be moved to him again, and it can be moved back.
    expect(await office.post("/corrections", { ...moved, receipt: "UKA0000001" })).toMatchObject({
      status: 409,
      body: { code: "same-customer" },
    });
    const back = { kind: "move-receipt", toPhone: anna, reason: "It was Anna's", receipt: "UKA0000001" };
    expect((await office.post("/corrections", back)).status).toBe(201);
    expect(await office.spendable(anna)).toEqual({ creditCents: 5000, provedCents: 5000 });
  });

  test("[PAY-12] a mistyped top-up is taken back out of credit and till, as far as it is left, and only once; what was spent of it is a debt", async () => {
    const office = await openOffice();
    const entryId = await office.topUp(anna, 500_000);
    const take = { kind: "take-back-top-up", entryId, reason: "Typed 5000 instead of 50" };
    expect((await office.post("/corrections", { ...take, amountCents: 495_000 })).body).toMatchObject({
      state: "done",
      topUpEntryId: entryId,
    });
    expect(await office.credit(anna)).toBe(5000);
    expect(await office.balances()).toEqual({ cash: 5000, credit: -5000 });
    await office.post("/corrections", { kind: "pay-out-credit", phone: anna, amountCents: 2000, reason: "change" });
    expect((await office.post("/corrections", take)).status).toBe(201);
    expect(await office.balances()).toEqual({ cash: -2000, debts: 2000 });
    expect(await office.post("/corrections", take)).toMatchObject({ status: 409, body: { code: "too-much" } });
    const other = (await office.get("/ledger/entries")).items.find(
      ({ kind }: { kind: string }) => kind === "correction",
    );
    expect(await office.post("/corrections", { ...take, entryId: other.id })).toMatchObject({ status: 404 });
  });

  test("[PAY-12] credit is paid out in cash; a debt is settled in cash, out of credit, or written off; the books stay at zero", async () => {
    const office = await openOffice();
    await office.topUp(anna, 10_000);
    await office.owe(6000);
    const of = (kind: string, amountCents?: number) =>
      office.post("/corrections", { kind, phone: anna, reason: "as agreed", ...(amountCents && { amountCents }) });
    expect((await of("pay-out-credit", 4000)).status).toBe(201);
    expect((await of("settle-debt", 1000)).status).toBe(201);
    expect((await of("settle-debt-from-credit", 2000)).status).toBe(201);
    expect((await of("write-off-debt")).body).toMatchObject({ amountCents: 3000, state: "done" });
    expect(await office.balances()).toEqual({ cash: 7000, clearing: -6000, credit: -4000, "write-offs": 3000 });
    expect(await of("write-off-debt")).toMatchObject({ status: 409, body: { code: "too-much" } });
    expect(await of("pay-out-credit", 4001)).toMatchObject({ status: 409, body: { code: "too-much" } });
    expect((await office.get("/ledger/profit")).items).toMatchObject([{ writeOffsCents: 3000, profitCents: -3000 }]);
  });

  test("[PAY-12] where the provider wants a second person, nothing is booked before; who asked can't approve; both stand in the list and in the audit log", async () => {
    const office = await openOffice();
    const accountant = await office.person("accountant");
    await office.topUp(anna, 5000);
    const settings = { correctionsNeedSecond: true };
    expect(
      (await hub.call("PATCH", "/api/v1/money-settings", { token: office.token, body: settings })).body,
    ).toMatchObject(settings);
    const order = { kind: "pay-out-credit", phone: anna, amountCents: 3000, reason: "She moves away" };
    const asked = (await office.post("/corrections", order, accountant)).body;
    expect(asked).toMatchObject({ state: "asked", entryId: null, approvedBy: null });
    expect(await office.credit(anna)).toBe(5000);
    expect(await office.post(`/corrections/${asked.id}/approve`, {}, accountant)).toMatchObject({
      status: 403,
      body: { code: "second-person" },
    });
    const approved = await office.post(`/corrections/${asked.id}/approve`);
    expect(approved.body).toMatchObject({ state: "done", askedBy: asked.askedBy });
    expect(approved.body.approvedBy).not.toBe(asked.askedBy);
    expect(await office.credit(anna)).toBe(2000);
    expect(await office.post(`/corrections/${asked.id}/approve`)).toMatchObject({ status: 409 });
    // What waits is decided again: the credit has gone meanwhile.
    const late = (await office.post("/corrections", { ...order, amountCents: 2000 }, accountant)).body;
    const gone = (await office.post("/corrections", { ...order, amountCents: 1000 }, accountant)).body;
    await office.post(`/corrections/${gone.id}/approve`);
    expect(await office.post(`/corrections/${late.id}/approve`)).toMatchObject({
      status: 409,
      body: { code: "too-much" },
    });
    expect((await office.post(`/corrections/${late.id}/refuse`)).body).toMatchObject({ state: "refused" });
    expect(await office.balances()).toEqual({ cash: 1000, credit: -1000 });
    const { items } = await office.get(`/corrections?phone=${anna}&state=done`);
    expect(items.map(({ id }: { id: string }) => id)).toEqual([gone.id, asked.id]);
    const audit = (await office.get("/audit?limit=100")).items.filter(
      ({ target }: { target: string }) => target === asked.id,
    );
    expect(new Set(audit.map(({ userId }: { userId: string }) => userId))).toEqual(
      new Set([asked.askedBy, approved.body.approvedBy]),
    );
  });

  test("[PAY-12] one key is one correction; sellers may not; another provider sees none and approves none", async () => {
    const office = await openOffice();
    await office.topUp(anna, 5000);
    const order = { kind: "pay-out-credit", phone: anna, amountCents: 1000, reason: "change" };
    const first = await office.post("/corrections", order, office.token, "the-key");
    const again = await office.post("/corrections", order, office.token, "the-key");
    expect(again.body).toEqual(first.body);
    expect(await office.credit(anna)).toBe(4000);
    // Also when the hub has forgotten its answer: a key stands for one correction for good.
    await hub.database().asPlatform("forget", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect((await office.post("/corrections", order, office.token, "the-key")).body).toEqual(first.body);
    await hub.database().asPlatform("forget", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect(await office.post("/corrections", { ...order, amountCents: 500 }, office.token, "the-key")).toMatchObject({
      status: 409,
      body: { code: "key-reused" },
    });
    expect(await office.credit(anna)).toBe(4000);
    for (const role of ["seller", "support"])
      expect((await office.post("/corrections", order, await office.person(role))).status).toBe(403);
    const other = await openOffice();
    expect((await other.get("/corrections")).items).toEqual([]);
    expect((await other.post(`/corrections/${first.body.id}/approve`)).status).toBe(404);
    const seen = await hub
      .database()
      .asProvider(other.providerId, (tx) => tx.selectFrom("corrections").selectAll().execute());
    expect(seen).toEqual([]);
    for (const [body, field] of [
      [{ ...order, phone: undefined }, "phone"],
      [{ ...order, kind: "move-receipt" }, "receipt"],
      [{ ...order, kind: "take-back-top-up" }, "entryId"],
      [{ ...order, reason: " " }, "reason"],
    ] as const)
      expect(await office.post("/corrections", body)).toMatchObject({ status: 400, body: { field } });
  });
});
