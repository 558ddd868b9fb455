/** Invoices through the API: one for each payment, and none that can't be put right. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("invoices", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token } = await hub.makeProvider(name);
    const post = (path: string, body?: object, by = token) =>
      hub.call("POST", `/api/v1${path}`, {
        token: by,
        headers: { "idempotency-key": `key-${++keys}` },
        ...(body === undefined ? {} : { body }),
      });
    const balances = async () => {
      const { items } = (await hub.call("GET", "/api/v1/ledger/accounts", { token })).body;
      return Object.fromEntries(
        items
          .map((one: { account: string; balanceCents: number }) => [one.account, one.balanceCents])
          .filter(([, cents]: [string, number]) => cents !== 0),
      );
    };
    const buy = async () => {
      const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site as { siteId: string };
      const { planId } = (await post("/plans", { name: "Day", priceCents: 5000, terms: {} })).body;
      const order = { siteId, planId, phone: "0712345678", pay: "cash" };
      return (await post("/payments/purchase", order)).body.id as string;
    };
    return { token, post, balances, buy };
  }

  const order = { customerName: "Juma", phone: "0712345678", lines: [{ text: "x", quantity: 2, unitCents: 1500 }] };

  test("[PAY-12] a payment has one invoice, however often and from how many desks it is asked for", async () => {
    const shop = await openShop("Twice");
    const paymentId = await shop.buy();
    const issue = () => shop.post("/invoices", { customerName: "Juma", paymentId });
    const answers = await Promise.all([issue(), issue(), issue()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const [first, again] = [answers.find(({ status }) => status === 201), await issue()];
    expect(again).toMatchObject({ status: 409, body: { code: "invoiced", field: "paymentId" } });
    expect(again.body.detail).toContain(`number ${first?.body.number}`);
    // It is paid: what is given back is given back of its payment, which is named.
    const voided = await shop.post(`/invoices/${first?.body.id}/void`);
    expect(voided).toMatchObject({ status: 409, body: { code: "paid" } });
    expect(voided.body.detail).toContain(paymentId);
    const credited = await shop.post(`/invoices/${first?.body.id}/credit-note`, { reason: "a mistake" });
    expect(credited).toMatchObject({ status: 409, body: { code: "of-a-payment" } });
    expect(credited.body.detail).toContain(paymentId);
  });

  test("[PAY-12] the phone is asked once under one key, and not too often; a lost answer is never sent again", async () => {
    const shop = await openShop("Asked");
    const invoice = (await shop.post("/invoices", order)).body;
    expect(invoice).toMatchObject({ phone: "2547***678", prompt: null });
    const ask = (key: string, body: object = {}, id = invoice.id) =>
      hub.call("POST", `/api/v1/invoices/${id}/prompt`, {
        token: shop.token,
        body,
        headers: { "idempotency-key": key },
      });
    expect(await ask("none")).toMatchObject({ status: 409, body: { code: "no-channel" } });
    const keys = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    await shop.post("/channels", { ...keys, kind: "mpesa-paybill", shortcode: "600100" });
    // Nobody answers: it may be on the phone, so nobody sends it a second time.
    expect((await ask("one")).body).toMatchObject({ state: "issued", prompt: { state: "unknown" } });
    await hub.database().asPlatform("forget", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect((await ask("one")).status).toBe(200);
    await hub.database().asPlatform("forget", (tx) => tx.deleteFrom("idempotent_answers").execute());
    expect(await ask("two")).toMatchObject({ status: 409, body: { code: "prompt-already-open", field: "phone" } });
    expect(await ask("one", { phone: "0722000333" })).toMatchObject({ status: 409, body: { code: "key-reused" } });
    const made = () =>
      hub.database().asPlatform("look", (tx) => tx.selectFrom("invoice_prompts").select("promptId").execute());
    expect(await made()).toHaveLength(1);
    for (const end of [30, 31, 32, 33])
      expect((await ask(`more-${end}`, { phone: `07220003${end}` })).status).toBe(200);
    expect(await ask("six", { phone: "0722000344" })).toMatchObject({
      status: 429,
      body: { code: "asked-too-often" },
    });
    const other = await openShop("Elsewhere");
    const foreign = { token: other.token, body: {}, headers: { "idempotency-key": "x" } };
    expect((await hub.call("POST", `/api/v1/invoices/${invoice.id}/prompt`, foreign)).status).toBe(404);
    await shop.post(`/invoices/${invoice.id}/void`);
    expect(await ask("void", { phone: "0722000355" })).toMatchObject({ status: 409, body: { code: "void" } });
  });

  test("[PAY-12] a paid invoice is taken back by a credit note: the money goes back the way it came, once", async () => {
    const shop = await openShop("Back");
    await shop.post("/credits", { phone: "0712345678", amountCents: 3000 });
    const ids: string[] = [];
    for (const way of ["cash", "credit"]) {
      const { id } = (await shop.post("/invoices", order)).body;
      expect(await shop.post(`/invoices/${id}/credit-note`, { reason: "x" })).toMatchObject({
        status: 409,
        body: { code: "not-paid" },
      });
      expect((await shop.post(`/invoices/${id}/pay`, { with: way })).status).toBe(200);
      ids.push(id);
    }
    expect(await shop.balances()).toEqual({ cash: 6000, revenue: -6000 });
    const voided = await shop.post(`/invoices/${ids[0]}/void`);
    expect(voided.body.detail).toContain("credit note");
    for (const id of ids) {
      const answer = await shop.post(`/invoices/${id}/credit-note`, { reason: "a mistake" });
      expect(answer).toMatchObject({ status: 200, body: { state: "void" } });
      expect((await shop.post(`/invoices/${id}/credit-note`, { reason: "again" })).status).toBe(409);
    }
    expect(await shop.balances()).toEqual({ cash: 3000, credit: -3000 });
  });

  test("[PAY-12] where refunds take two persons, so does a credit note", async () => {
    const shop = await openShop("Both");
    await hub.call("PATCH", "/api/v1/money-settings", { token: shop.token, body: { twoPersonRefunds: true } });
    const body = { email: "second@both.test", name: "Second", role: "accountant", password: "another-long-password" };
    await shop.post("/users", body);
    const { id } = (await shop.post("/invoices", order)).body;
    await shop.post(`/invoices/${id}/pay`, { with: "cash" });
    const reason = { reason: "a mistake" };
    expect(await shop.post(`/invoices/${id}/credit-note`, reason)).toMatchObject({
      status: 403,
      body: { code: "second-person" },
    });
    const second = await hub.logIn(body.email, body.password);
    expect((await shop.post(`/invoices/${id}/credit-note`, reason, second)).status).toBe(200);
  });

  test("[PAY-12] [SYS-15] an invoice over more than any amount may be is refused: no slip of a hand leaves books that nobody can add up", async () => {
    const shop = await openShop("Slips");
    const lines = (unitCents: number) => [
      { text: "A mast", quantity: 10, unitCents },
      { text: "A slip", quantity: 10_000, unitCents },
    ];
    const wild = await shop.post("/invoices", { ...order, lines: lines(100_000_000) });
    expect(wild).toMatchObject({ status: 400, body: { field: "lines", rule: "too-big" } });
    const most = { text: "All there is", quantity: 100, unitCents: 10_000_000_000 };
    const made = await shop.post("/invoices", { ...order, lines: [most] });
    expect(made).toMatchObject({ status: 201, body: { totalCents: 1_000_000_000_000 } });
    expect((await shop.post(`/invoices/${made.body.id}/pay`, { with: "cash" })).status).toBe(200);
    expect(await shop.balances()).toMatchObject({ cash: 1_000_000_000_000 });
  });

  test("an invoice is not due before it is issued, and nothing was spent tomorrow", async () => {
    const shop = await openShop("Dates");
    const dayOf = (days: number) =>
      new Date(hub.world.clock.wall().atMs + 3 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
    for (const [days, status] of [
      [-1, 400],
      [0, 201],
      [30, 201],
    ] as const) {
      const answer = await shop.post("/invoices", { ...order, dueOn: dayOf(days) });
      expect([days, answer.status, answer.body.field]).toEqual([days, status, status === 400 ? "dueOn" : undefined]);
    }
    for (const [days, status] of [
      [1, 400],
      [0, 201],
      [-30, 201],
    ] as const) {
      const expense = { category: "power", amountCents: 100, spentOn: dayOf(days) };
      const answer = await shop.post("/expenses", expense);
      expect([days, answer.status, answer.body.field]).toEqual([days, status, status === 400 ? "spentOn" : undefined]);
    }
    const nought = await shop.post("/expenses", { category: "power", amountCents: 100, spentOn: "0000-01-01" });
    expect(nought, nought.text).toMatchObject({ status: 400, body: { field: "spentOn", rule: "report-day" } });
  });
});
