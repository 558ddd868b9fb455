/** Documents through the API: numbers, taxes, credit notes, statements, the ways to their customer, and accountants' files. */
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { writtenDay } from "@karibu/protocol/written-day";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { createEmit } from "../../ground/events/record.ts";
import { keyedAskerOf } from "../../test-asking.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { channelList } from "../channel-list.ts";
import { createChannelKinds } from "../channels/channel-kinds.ts";
import { refuseTakenBack } from "./credit-note.ts";
import { takeNumber } from "./document-number.ts";
import { documentPdf } from "./document-pdf.ts";
import { documentsOfCustomer } from "./document-views.ts";
import { issueCharge, issueMonths } from "./issue-charges.ts";
import { pdfText } from "./pdf/test-pdf-text.ts";
import { summariseSales } from "./sales-summaries.ts";

const kinds = createChannelKinds(channelList);

const patience = { timeout: 30_000, interval: 50 };
const dayMs = 86_400_000;
/** Numbers of documents have a year and a month's digits too. */
const isoDay = /\b20\d\d-\d\d-\d\d\b/;
const settings = {
  legalName: "Baraka Networks Ltd",
  taxPin: "P051234567X",
  address: "Moi Avenue 12\nMombasa",
  paymentWords: "Paybill 600100, account: your phone number",
  colour: "#123a6b",
  pictureId: null,
  vatRegistered: true,
  exciseRegistered: true,
  numberPrefix: "BRK",
  fiscalMonth: 1,
  subscriptionDocuments: "each",
  salesSummaries: false,
  authority: "none",
  branch: "00",
};

engineSuite("documents", { timeout: 120_000 }, (engine) => {
  const hub = useHub(engine);
  let phones = 0;
  let shop: Awaited<ReturnType<typeof openShop>>;

  async function openShop(name: string) {
    const { providerId, ownerEmail, token: first } = await hub.makeProvider(name);
    let token = first;
    const call = keyedAskerOf(hub, () => token);
    const file = async (path: string) => {
      const answer = await fetch(`${hub.url()}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
      return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
    };
    const inDatabase = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work);
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
    const plan = async (planName: string, priceCents: number) =>
      (await call("POST", "/plans", { name: planName, priceCents, terms: {} })).body.planId as string;
    const planId = await plan("Home 10M", 250_000);
    async function subscribe() {
      const n = ++phones;
      const phone = `07120001${String(n).padStart(2, "0")}`;
      const email = `jane${n}@customers.test`;
      const { customerId } = (await call("POST", "/customers", { name: `Jane Wanjiku ${n}`, phone, email })).body;
      const order = { customerId, username: `doc.${n}`, planId, siteIds: [siteId] };
      const { accountId } = (await call("POST", "/accounts", order)).body;
      const made = await call("POST", "/subscriptions", { customerId, accountId, planId, autoRenew: false });
      const { subscriptionId } = made.body;
      const documents = (kind = "") =>
        call("GET", `/documents?customerId=${customerId}${kind === "" ? "" : `&kind=${kind}`}`).then(
          ({ body }) => body.items,
        );
      return {
        phone,
        email,
        customerId,
        subscriptionId,
        documents,
        act: (verb: string, body: object = {}, key?: string) =>
          call("POST", `/subscriptions/${subscriptionId}/${verb}`, body, key),
        topUp: (amountCents: number) => call("POST", "/credits", { phone, amountCents }),
        /** Waits until so many are issued. */
        issued: (count: number, kind = "tax-invoice") =>
          vi.waitFor(async () => {
            const items = await documents(kind);
            expect(items).toHaveLength(count);
            return items;
          }, patience),
      };
    }
    return {
      providerId,
      siteId,
      planId,
      plan,
      call,
      file,
      inDatabase,
      subscribe,
      logInAnew: async () => {
        token = await hub.logIn(ownerEmail, ownerPassword);
      },
      token: () => token,
      set: (change: object) => call("PUT", "/tax-settings", { ...settings, ...change }),
    };
  }

  beforeAll(async () => {
    shop = await openShop("Baraka");
    expect((await shop.set({})).status).toBe(200);
  }, 60_000);

  test("[PAY-24] settings: a pale colour, a foreign authority and a rate of nobody are refused; own rates stand above known ones", async () => {
    const { call, set } = shop;
    expect(await set({ colour: "#ffe680" })).toMatchObject({
      status: 400,
      body: { field: "colour", rule: "colour-contrast" },
    });
    expect(await set({ authority: "efris" })).toMatchObject({ status: 400, body: { code: "authority-elsewhere" } });
    expect(await set({ authority: "etims", taxPin: null })).toMatchObject({
      status: 400,
      body: { code: "tax-pin-missing" },
    });
    expect((await call("GET", "/tax-settings")).body).toEqual({ ...settings, country: "KE" });
    const rates = (await call("GET", "/tax-rates")).body;
    expect(rates.today).toEqual({ vatBp: 1600, exciseBp: 1500 });
    const put = await call("PUT", "/tax-rates", {
      tax: "vat",
      fromDay: "2099-01-01",
      rateBp: 1800,
      note: "Finance Act 2098",
    });
    expect(put.body.own).toEqual([{ tax: "vat", fromDay: "2099-01-01", rateBp: 1800, note: "Finance Act 2098" }]);
    expect(put.body.today).toEqual(rates.today);
    expect((await call("POST", "/tax-rates/remove", { tax: "vat", fromDay: "2099-01-01" })).body.own).toEqual([]);
    expect((await call("PUT", "/plan-taxes/none", { treatment: "exempt" })).status).toBe(404);
  });

  test("[PAY-11] [PAY-23] [PAY-24] a renewal makes an invoice, with a deposit beside; its PDF says it in two languages", async () => {
    const { call, file, subscribe } = shop;
    const jane = await subscribe();
    await call("PUT", `/customers/${jane.customerId}/tax-pin`, { taxPin: "a001234567z" });
    await call("POST", `/subscriptions/${jane.subscriptionId}/items`, {
      kind: "deposit",
      name: "Router",
      amountCents: 300_000,
    });
    await call("POST", `/subscriptions/${jane.subscriptionId}/items`, {
      kind: "fee",
      name: "Mast",
      amountCents: 116_000,
    });
    expect((await jane.act("renew", { from: "cash", periods: 2 }, "twice")).status).toBe(200);
    expect((await jane.act("renew", { from: "cash", periods: 2 }, "twice")).status).toBe(200);
    const [listed] = await jane.issued(1);
    expect(listed.number).toMatch(/^BRK-INV-20\d\d-000001$/);
    expect(listed).toMatchObject({ totalCents: 500_000 + 300_000 + 116_000, currency: "KES", fiscalState: null });
    const one = (await call("GET", `/documents/${listed.documentId}`)).body;
    expect(one).toMatchObject({
      customerPin: "A001234567Z",
      leftCents: 616_000,
      seller: { name: "Baraka Networks Ltd" },
    });
    expect(
      one.lines.map(({ kind, treatment, quantity, totalCents }: Record<string, unknown>) => [
        kind,
        treatment,
        quantity,
        totalCents,
      ]),
    ).toEqual([
      ["plan", "standard", 2, 500_000],
      ["deposit", "outside", 1, 300_000],
      ["fee", "no-excise", 1, 116_000],
    ]);
    // 500000 / 1.16 / 1.15 and 116000 / 1.16, by hand.
    expect([one.netCents, one.exciseCents, one.vatCents]).toEqual([
      374_812 + 300_000 + 100_000,
      56_222,
      68_966 + 16_000,
    ]);
    const pdf = await file(`/documents/${listed.documentId}/pdf`);
    expect([pdf.status, pdf.headers.get("content-type")]).toEqual([200, "application/pdf"]);
    expect(pdf.headers.get("content-disposition")).toBe(`attachment; filename="${listed.number}.pdf"`);
    const text = pdfText(pdf.bytes);
    for (const part of [
      "Tax invoice",
      "Baraka Networks Ltd",
      "P051234567X",
      "Jane Wanjiku",
      "A001234567Z",
      "KSh 9,160",
      "VAT 16\u00a0%",
      "Paybill 600100",
      writtenDay(listed.issuedOn, "en"),
    ])
      expect(text).toContain(part);
    const swahili = pdfText((await file(`/documents/${listed.documentId}/pdf?language=sw`)).bytes);
    expect(swahili).toContain("Ankara ya kodi");
    expect(swahili).toContain(writtenDay(listed.issuedOn, "sw"));
    expect(text + swahili, "days are written as on screens").not.toMatch(isoDay);
  });

  test("[CUS-20] [PAY-24] an invoice of several periods has an add-on for each of them, and names all of their days", async () => {
    const jane = await shop.subscribe();
    await jane.act("items", { kind: "add-on", name: "Static address", amountCents: 20_000 });
    const { paidUntilMs } = (await jane.act("renew", { from: "cash", periods: 3 })).body;
    const [listed] = await jane.issued(1);
    expect(listed.totalCents).toBe(3 * 250_000 + 3 * 20_000);
    const { lines, issuedOn } = (await shop.call("GET", `/documents/${listed.documentId}`)).body;
    expect(lines).toMatchObject([
      { kind: "plan", quantity: 3, totalCents: 750_000 },
      { kind: "add-on", quantity: 3, totalCents: 60_000 },
    ]);
    const untilDay = new Date(paidUntilMs + 3 * 3_600_000).toISOString().slice(0, 10);
    expect(lines[0].period).toEqual({ fromDay: issuedOn, untilDay });
  });

  test("[PAY-24] who is not registered issues plain invoices without taxes, and they say so", async () => {
    const plain = await openShop("Plain Net");
    const jane = await plain.subscribe();
    await jane.act("renew", { from: "cash" });
    const [listed] = await jane.issued(1);
    expect(listed).toMatchObject({ netCents: 250_000, vatCents: 0, exciseCents: 0 });
    const text = pdfText((await plain.file(`/documents/${listed.documentId}/pdf?language=en`)).bytes);
    expect(text).toContain("This is not a tax invoice.");
    expect(text).not.toContain("Tax invoice");
  });

  test("[PAY-24] a cheaper plan makes a credit note that refers to its invoice; an issued document never changes", async () => {
    const { subscribe, plan, call, inDatabase } = shop;
    const jane = await subscribe();
    await jane.topUp(250_000);
    await jane.act("renew", { from: "credit" });
    const [invoice] = await jane.issued(1);
    const cheap = await plan("Home 5M", 100_000);
    expect((await jane.act("change-plan", { planId: cheap, from: "credit" })).status).toBe(200);
    const [note] = await jane.issued(1, "credit-note");
    const one = (await call("GET", `/documents/${note.documentId}`)).body;
    expect(one.refersTo).toEqual({ documentId: invoice.documentId, number: invoice.number });
    expect(one.totalCents).toBeLessThan(0);
    expect(one.netCents + one.exciseCents + one.vatCents).toBe(one.totalCents);
    const whole = (await call("GET", `/documents/${invoice.documentId}`)).body;
    expect(whole.leftCents).toBe(250_000 + one.totalCents);
    expect(whole.creditNotes).toHaveLength(1);
    await expect(
      inDatabase((tx) =>
        tx
          .updateTable("documents")
          .set({ totalCents: 1, netCents: 1, vatCents: 0, exciseCents: 0 })
          .where("documentId", "=", invoice.documentId)
          .execute(),
      ),
    ).rejects.toThrow("an issued document never changes");
    expect(await inDatabase((tx) => documentsOfCustomer(tx, jane.customerId))).toHaveLength(2);
    const own = await inDatabase((tx) => documentPdf(tx, invoice.documentId, { language: "sw" }));
    expect(pdfText(own)).toContain("Ankara ya kodi");
  });

  test("[PAY-24] a credit note by hand: never more than is left, once for one key, with its money in the books", async () => {
    const { subscribe, call, inDatabase, logInAnew } = shop;
    await logInAnew();
    const jane = await subscribe();
    await jane.topUp(250_000);
    await jane.act("renew", { from: "credit" });
    const [invoice] = await jane.issued(1);
    const path = `/documents/${invoice.documentId}/credit-notes`;
    const reason = "The line was down for a week";
    expect(await call("POST", path, { amountCents: 250_001, give: "credit", reason })).toMatchObject({
      status: 409,
      body: { code: "more-than-left" },
    });
    const first = await call("POST", path, { amountCents: 60_000, give: "credit", reason }, "note-1");
    expect(first).toMatchObject({ status: 201, body: { totalCents: -60_000, reason } });
    const again = await call("POST", path, { amountCents: 60_000, give: "credit", reason }, "note-1");
    expect(again.body.documentId).toBe(first.body.documentId);
    // Two people at once: together never more than the invoice.
    const both = await Promise.all(
      [1, 2].map((n) => call("POST", path, { amountCents: 150_000, give: "none", reason }, `both-${n}`)),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect((await call("GET", `/documents/${invoice.documentId}`)).body.leftCents).toBe(40_000);
    const credit = await inDatabase(async (tx) => {
      const { rows } = await sql<{
        cents: number;
      }>`select (0 - sum(amount_cents))::bigint as cents from ledger_postings p
          join customers c on c.phone_hash = p.party where c.customer_id = ${jane.customerId} and account = 'credit'`.execute(
        tx,
      );
      return Number(rows[0]?.cents);
    });
    expect(credit).toBe(60_000);
    expect(
      await call("POST", `/documents/${first.body.documentId}/credit-notes`, { give: "none", reason }),
    ).toMatchObject({ status: 409, body: { code: "not-creditable" } });
    // Where cash goes back by two people, none goes back here by one.
    const twoOf = (two: boolean) => call("PATCH", "/money-settings", { twoPersonRefunds: two });
    expect((await twoOf(true)).status).toBe(200);
    expect(await call("POST", path, { amountCents: 10_000, give: "cash", reason })).toMatchObject({
      status: 403,
      body: { code: "cash-by-two" },
    });
    expect((await twoOf(false)).status).toBe(200);
    expect((await call("GET", `/documents/${invoice.documentId}`)).body.leftCents).toBe(40_000);
    const statement = (await call("GET", `/customers/${jane.customerId}/statement`)).body;
    expect(statement.statements).toHaveLength(1);
    const [{ openingCents, closingCents, rows }] = statement.statements;
    expect([openingCents, closingCents]).toEqual([0, credit]);
    expect(rows.map((row: { amountCents: number }) => row.amountCents)).toEqual([250_000, -250_000, 60_000]);
    expect(rows[1].number).toBe(invoice.number);
    const paper = await shop.file(`/customers/${jane.customerId}/statement/pdf?language=en`);
    const printed = pdfText(paper.bytes);
    expect(printed).toMatch(/Closing balance\s+KSh 600/);
    expect(printed).toContain(writtenDay(invoice.issuedOn, "en"));
    expect(printed).not.toMatch(isoDay);
    expect(rows[2].documentId).toBe(first.body.documentId);
  });

  test("[PAY-24] [CUS-04] what a credit note gave back of a line is not given back again for a cheaper plan", async () => {
    const { subscribe, plan, call, logInAnew } = shop;
    await logInAnew();
    const jane = await subscribe();
    const cheap = await plan("Home 4M", 50_000);
    await jane.act("renew", { from: "cash" });
    const change = async () =>
      (await call("GET", `/subscriptions/${jane.subscriptionId}/plan-change?planId=${cheap}`)).body.cents;
    expect(await change()).toBeLessThan(-199_000);
    const [invoice] = await jane.issued(1);
    expect(await change(), "of its document").toBeLessThan(-199_000);
    const back = async (amountCents: number) => {
      const body = { amountCents, give: "credit", reason: "No power" };
      expect((await call("POST", `/documents/${invoice.documentId}/credit-notes`, body)).status).toBe(201);
    };
    await back(150_000);
    expect(await change()).toBe(-100_000);
    await back(70_000);
    const down = await jane.act("change-plan", { planId: cheap, from: "credit" });
    expect(down.body.chargedCents).toBe(-30_000);
    expect((await call("GET", `/credits?phone=${jane.phone}`)).body.balanceCents).toBe(250_000);
  });

  test("[PAY-11] [PAY-24] an invoice's money goes back once, by a note of its document or by the invoice, whichever came first", async () => {
    const { call, inDatabase } = shop;
    const pay = async () => {
      const lines = [{ text: "A mast", quantity: 1, unitCents: 90_000 }];
      const made = await call("POST", "/invoices", { customerName: "Juma", phone: "0712345678", lines });
      expect(made.status, made.text).toBe(201);
      const paid = await call("POST", `/invoices/${made.body.id}/pay`, { with: "cash" });
      expect(paid.status, paid.text).toBe(200);
      const documentId = await vi.waitFor(
        () =>
          inDatabase(async (tx) => {
            const row = await tx
              .selectFrom("documents")
              .select("documentId")
              .where("cause", "=", `invoice:${made.body.id}`)
              .executeTakeFirstOrThrow();
            return row.documentId;
          }),
        patience,
      );
      return { id: made.body.id as string, documentId };
    };
    const back = { give: "credit", reason: "It fell down" };
    const first = await pay();
    expect((await call("POST", `/documents/${first.documentId}/credit-notes`, back)).status).toBe(201);
    expect(await call("POST", `/invoices/${first.id}/credit-note`, { reason: "It fell down" })).toMatchObject({
      status: 409,
      body: { code: "more-than-left" },
    });
    const second = await pay();
    expect((await call("POST", `/invoices/${second.id}/credit-note`, { reason: "It fell down" })).status).toBe(200);
    // At once: its own note may not be issued yet.
    expect(await call("POST", `/documents/${second.documentId}/credit-notes`, back)).toMatchObject({
      status: 409,
      body: { code: "nothing-left" },
    });
  });

  longTest(
    "[PAY-11] [PAY-24] while an invoice is taken back nobody issues its document, which could be taken back as well",
    async () => {
      if (engine === "embedded") return; // one transaction at a time
      const monthly = await openShop("Taken Back");
      expect((await monthly.set({ subscriptionDocuments: "monthly" })).status).toBe(200);
      const order = { customerName: "Lake view", lines: [{ text: "A router", quantity: 1, unitCents: 500_000 }] };
      const { id } = (await monthly.call("POST", "/invoices", order)).body;
      expect((await monthly.call("POST", `/invoices/${id}/pay`, { with: "cash" })).status).toBe(200);
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const [looked, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const takingBack = monthly.inDatabase(async (tx) => {
        await refuseTakenBack(tx, `invoice:${id}`, 500_000);
        looked.resolve();
        await mayEnd.promise;
      });
      await looked.promise;
      const issued = monthly.inDatabase(async (tx) => {
        await sql`set local lock_timeout = '100ms'`.execute(tx);
        await issueCharge(parts, tx, monthly.providerId, `invoice:${id}`);
      });
      await expect(issued).rejects.toMatchObject({ code: "55P03" }); // it waits
      mayEnd.resolve();
      await takingBack;
    },
  );

  test("[PAY-24] numbers have no gap and none is given twice, whatever runs at once and is rolled back", async () => {
    const { providerId } = shop;
    const given: number[] = [];
    const one = (n: number) =>
      hub
        .database()
        .asProvider(providerId, async (tx) => {
          const number = await takeNumber(tx, { providerId, kind: "receipt", year: 1999 });
          if (n % 3 === 0) throw new Error("crash");
          return number;
        })
        .then(
          (number) => given.push(number),
          () => 0,
        );
    await Promise.all(Array.from({ length: 60 }, (_, n) => one(n)));
    expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });

  test("[PAY-23] to the customer: a letter with the file, and a link that is one document, masked, and ends", async () => {
    const { subscribe, call, token } = shop;
    const jane = await subscribe();
    await jane.act("renew", { from: "cash" });
    const [invoice] = await jane.issued(1);
    expect((await call("POST", `/documents/${invoice.documentId}/mail`, {})).body).toEqual({ to: jane.email });
    const letter = await vi.waitFor(() => {
      const found = hub.letters().find(({ to }) => to === jane.email);
      if (found === undefined) throw new Error("no letter yet");
      return found;
    }, patience);
    expect(letter.attachment?.name).toBe(`${invoice.number}.pdf`);
    const attached = pdfText(Buffer.from(letter.attachment?.bytes ?? []));
    for (const part of ["Jane Wanjiku", "Scan to pay what is"]) expect(attached).toContain(part);
    // A stranger's address gets the paper, and no link that pays for her.
    await call("POST", `/documents/${invoice.documentId}/mail`, { email: "other@customers.test" });
    const paying = await shop.inDatabase((tx) => tx.selectFrom("payment_links").select("subscriptionId").execute());
    expect(paying).toEqual([{ subscriptionId: jane.subscriptionId }]);
    const made = await call("POST", `/documents/${invoice.documentId}/links`, { days: 2, language: "sw" });
    expect(made.status).toBe(201);
    const path = new URL(made.body.url).pathname;
    const open = () => fetch(`${hub.url()}${path}`);
    const opened = await open();
    expect([opened.status, opened.headers.get("content-security-policy")]).toEqual([
      200,
      "sandbox; default-src 'none'",
    ]);
    expect(opened.headers.get("content-disposition")).toContain("attachment");
    const text = pdfText(Buffer.from(await opened.arrayBuffer()));
    expect(text).toContain("J*** W***");
    expect(text).not.toContain("Jane");
    expect((await hub.call("GET", `${path.slice(0, -1)}${path.endsWith("A") ? "B" : "A"}`)).status).toBe(404);
    const plain = await hub.call("GET", "/api/v1/document-links/short");
    expect(plain.status).toBe(404);
    hub.moveClock(2 * dayMs);
    expect((await open()).status).toBe(404);
    hub.moveClock(-2 * dayMs);
    expect(await call("POST", `/documents/${invoice.documentId}/sms`, {})).toMatchObject({
      status: 409,
      body: { code: "no-sender" },
    });
    expect(token()).not.toBe("");
    const become = (state: "active" | "deleted") =>
      hub
        .database()
        .asPlatform("test", (tx) =>
          tx.updateTable("providers").set({ state }).where("providerId", "=", shop.providerId).execute(),
        );
    await become("deleted");
    expect((await open()).status, "of a provider that was deleted").toBe(404);
    await become("active");
    expect((await open()).status).toBe(200);
  });

  test("[PAY-11] one invoice a month of all that a customer was charged; what waits belongs to the month after", async () => {
    const monthly = await openShop("Monthly Net");
    await monthly.set({ subscriptionDocuments: "monthly" });
    const jane = await monthly.subscribe();
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    await jane.act("renew", { from: "cash" });
    await jane.act("renew", { from: "cash" });
    const issue = () => monthly.inDatabase((tx) => issueMonths(parts, tx, monthly.providerId));
    expect(await issue()).toBe(0);
    hub.moveClock(32 * dayMs);
    expect(await issue()).toBe(2);
    expect(await issue()).toBe(0);
    hub.moveClock(-32 * dayMs);
    const items = await jane.documents();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ kind: "tax-invoice", totalCents: 500_000 });
  });

  test.each(["as each ends", "two at once, where the hub was off"])(
    "[PAY-11] a month's invoice ends with the provider's month, not with UTC's, and has one month: %s",
    async (when) => {
      const isOff = when !== "as each ends";
      const monthly = await openShop(isOff ? "Zone Net Off" : "Zone Net");
      await monthly.set({ subscriptionDocuments: "monthly" });
      const jane = await monthly.subscribe();
      await jane.act("renew", { from: "cash" });
      await jane.act("renew", { from: "cash" });
      const nowMs = hub.world.clock.wall().atMs;
      const local = new Date(nowMs + 3 * 3_600_000);
      const monthMs = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - 3 * 3_600_000;
      await monthly.inDatabase((tx) =>
        sql`update document_charges set at_ms = case when charge_id = (select min(charge_id) from document_charges)
        then ${monthMs - 1}::bigint else ${monthMs}::bigint end`.execute(tx),
      );
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const issue = () => monthly.inDatabase((tx) => issueMonths(parts, tx, monthly.providerId));
      hub.moveClock(monthMs + 3_600_000 - nowMs);
      if (!isOff) expect(await issue(), "what was charged at the last moment of the month before").toBe(1);
      hub.moveClock(31 * dayMs);
      expect(await issue()).toBe(isOff ? 2 : 1);
      hub.moveClock(nowMs - monthMs - 3_600_000 - 31 * dayMs);
      expect((await jane.documents()).map(({ totalCents }: { totalCents: number }) => totalCents)).toEqual([
        ...[250_000, 250_000],
      ]);
    },
  );

  test("[PAY-11] [PAY-24] a month's invoice taxes each charge by the rates of its own day", async () => {
    const monthly = await openShop("Rates Within A Month Net");
    await monthly.set({ subscriptionDocuments: "monthly" });
    const jane = await monthly.subscribe();
    for (let times = 0; times < 2; times++) await jane.act("renew", { from: "cash" });
    const nowMs = hub.world.clock.wall().atMs;
    const local = new Date(nowMs + 3 * 3_600_000);
    const monthMs = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - 3 * 3_600_000;
    await monthly.inDatabase((tx) =>
      sql`update document_charges set at_ms = case when charge_id = (select min(charge_id) from document_charges)
        then ${monthMs}::bigint else ${monthMs + 15 * dayMs}::bigint end`.execute(tx),
    );
    const fromDay = new Date(monthMs + 10 * dayMs + 3 * 3_600_000).toISOString().slice(0, 10);
    expect((await monthly.call("PUT", "/tax-rates", { tax: "vat", fromDay, rateBp: 2000 })).status).toBe(200);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const leapMs = monthMs + 40 * dayMs - nowMs;
    hub.moveClock(leapMs);
    expect(await monthly.inDatabase((tx) => issueMonths(parts, tx, monthly.providerId))).toBe(2);
    hub.moveClock(-leapMs);
    const [{ documentId }] = await jane.documents();
    const { lines } = (await monthly.call("GET", `/documents/${documentId}`)).body;
    expect(lines.map(({ vatBp }: { vatBp: number }) => vatBp).sort()).toEqual([1600, 2000]);
  });

  test("[PAY-24] a process whose clock is ahead for a moment passes by no sale: what is sold until then is in a summary", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Ahead Net");
    await set({ salesSummaries: true });
    const daily = await plan("1 day", 50_000);
    const sell = async () =>
      expect((await call("POST", "/payments/purchase", { siteId, planId: daily, pay: "cash" })).status).toBe(201);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summariseAhead = async (days: number) => {
      hub.moveClock(days * dayMs);
      await inDatabase((tx) => summariseSales(parts, tx, providerId));
      hub.moveClock(-days * dayMs);
    };
    await summariseAhead(0);
    await sell();
    await summariseAhead(5);
    await sell();
    await summariseAhead(5);
    await logInAnew();
    const { items } = (await call("GET", "/documents?kind=sales-summary")).body;
    expect(items.map(({ totalCents }: { totalCents: number }) => totalCents)).toEqual([50_000, 50_000]);
  });

  test("[PAY-24] by a clock that differs from the database's no day is summarised, and no month is over: what is sold until that day comes is in a summary", async () => {
    const shop = await openShop("Doubt Net");
    await shop.set({ salesSummaries: true });
    const daily = await shop.plan("1 day", 50_000);
    const sell = async () => {
      const sale = { siteId: shop.siteId, planId: daily, pay: "cash" };
      expect((await shop.call("POST", "/payments/purchase", sale)).status).toBe(201);
    };
    const { clock } = hub.world;
    const doubted = { ...clock, wall: () => ({ ...clock.wall(), quality: "estimated" as const }) };
    const sure = { world: hub.world, emit: createEmit(hub.world), kinds };
    const parts = { ...sure, world: { ...hub.world, clock: doubted } };
    const inDatabase = (work: typeof summariseSales, of = sure) =>
      shop.inDatabase((tx) => work(of, tx, shop.providerId));
    await inDatabase(summariseSales);
    await sell();
    // The database's clock leaps, and somebody buys by it.
    hub.moveClock(40 * dayMs);
    await shop.logInAnew();
    await sell();
    expect([await inDatabase(summariseSales, parts), await inDatabase(issueMonths, parts)]).toEqual([0, 0]);
    hub.moveClock(-40 * dayMs);
    await shop.logInAnew();
    await sell();
    hub.moveClock(2 * dayMs);
    expect(await inDatabase(summariseSales)).toBe(1);
    hub.moveClock(-2 * dayMs);
    await shop.logInAnew();
    const { items } = (await shop.call("GET", "/documents?kind=sales-summary")).body;
    expect(items.map(({ totalCents }: { totalCents: number }) => totalCents)).toEqual([100_000]);
  });

  test("[PAY-24] a day's sales of a site are one summary, and a receipt is made on wish, once", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Summed Net");
    await set({ salesSummaries: true });
    const hourly = await plan("1 hour", 1000);
    const sales = [];
    for (let n = 0; n < 3; n++)
      sales.push((await call("POST", "/payments/purchase", { siteId, planId: hourly, pay: "cash" })).body);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
    expect(await summarise()).toBe(0);
    hub.moveClock(dayMs + 2 * 3_600_000);
    expect(await summarise()).toBe(1);
    expect(await summarise()).toBe(0);
    hub.moveClock(-dayMs - 2 * 3_600_000);
    await logInAnew();
    const [summary] = (await call("GET", "/documents?kind=sales-summary")).body.items;
    expect(summary).toMatchObject({ totalCents: 3000, customerName: null });
    const one = (await call("GET", `/documents/${summary.documentId}`)).body;
    expect(one.lines).toMatchObject([{ kind: "sales", name: "1 hour", quantity: 3, totalCents: 3000 }]);
    const receipt = await call("POST", "/documents/receipts", { paymentId: sales[0].id });
    expect(receipt).toMatchObject({ status: 201, body: { kind: "receipt", totalCents: 1000 } });
    expect((await call("POST", "/documents/receipts", { paymentId: sales[0].id })).body.documentId).toBe(
      receipt.body.documentId,
    );
  });

  test("[PAY-24] what was sold before the provider wanted summaries for the first time is in none: it was declared in another way", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("First Net");
    const hourly = await plan("1 hour", 1000);
    const sell = async () =>
      expect((await call("POST", "/payments/purchase", { siteId, planId: hourly, pay: "cash" })).status).toBe(201);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
    const toNextDay = async () => {
      hub.moveClock(dayMs);
      await logInAnew();
    };
    for (let sales = 0; sales < 2; sales++) await sell();
    await toNextDay();
    await set({ salesSummaries: true });
    expect(await summarise()).toBe(0);
    await sell();
    await toNextDay();
    hub.moveClock(2 * 3_600_000);
    expect(await summarise()).toBe(1);
    hub.moveClock(-2 * dayMs - 2 * 3_600_000);
    await logInAnew();
    const { items } = (await call("GET", "/documents?kind=sales-summary")).body;
    expect(items.map(({ totalCents }: { totalCents: number }) => totalCents)).toEqual([1000]);
  });

  test("[PAY-24] a summary that holds an earlier day, when other rates held, taxes each day by its own", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Two Rates Net");
    await set({ salesSummaries: true });
    await call("PATCH", "/money-settings", { refundUsed: "any", twoPersonRefunds: false });
    const hourly = await plan("1 hour", 11_600);
    const daily = await plan("1 day", 50_000);
    const sell = async (planId: string) =>
      (await call("POST", "/payments/purchase", { siteId, planId, pay: "cash" })).body.id as string;
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
    const today = () => new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 10);
    const toNextDay = async () => {
      hub.moveClock(dayMs);
      await logInAnew();
    };
    await summarise();
    const before = await sell(daily);
    await toNextDay();
    await summarise();
    // More goes back than comes in: this day waits for the next one.
    const firstDay = today();
    await sell(hourly);
    const refund = { paymentId: before, amountCents: 20_000, method: "cash", reason: "slow" };
    expect((await call("POST", "/refunds", refund)).status).toBe(201);
    await toNextDay();
    const secondDay = today();
    expect((await call("PUT", "/tax-rates", { tax: "vat", fromDay: secondDay, rateBp: 2000 })).status).toBe(200);
    await sell(daily);
    await toNextDay();
    hub.moveClock(2 * 3_600_000);
    await summarise();
    hub.moveClock(-3 * dayMs - 2 * 3_600_000);
    await logInAnew();
    const { items } = (await call("GET", "/documents?kind=sales-summary")).body;
    const whole = items.find((one: { totalCents: number }) => one.totalCents === 11_600 - 20_000 + 50_000);
    const { lines } = (await call("GET", `/documents/${whole.documentId}`)).body;
    const told = lines.map(({ kind, totalCents, vatBp }: Record<string, unknown>) => [kind, totalCents, vatBp]);
    expect(told.sort(), `${firstDay} and ${secondDay}`).toEqual([
      ["refunds", -20_000, 1600],
      ["sales", 11_600, 1600],
      ["sales", 50_000, 2000],
    ]);
  });

  test("[PAY-24] a day's summary has what was paid: a promotion's discount is no sale, and not taxed", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Half Price Net");
    await set({ salesSummaries: true });
    const planId = await plan("1 hour", 1000);
    const promotion = { name: "Half", gift: { kind: "percent", permille: 500 }, code: "HALF" };
    expect((await call("POST", "/promotions", promotion)).status).toBe(201);
    const sale = { siteId, planId, pay: "cash", code: "HALF" };
    const sold = await call("POST", "/payments/purchase", sale);
    expect(sold.status, sold.text).toBe(201);
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
    expect(await summarise()).toBe(0);
    hub.moveClock(dayMs + 2 * 3_600_000);
    expect(await summarise()).toBe(1);
    hub.moveClock(-dayMs - 2 * 3_600_000);
    await logInAnew();
    const [summary] = (await call("GET", "/documents?kind=sales-summary")).body.items;
    const { lines } = (await call("GET", `/documents/${summary.documentId}`)).body;
    expect(lines).toMatchObject([{ kind: "sales", name: "1 hour", quantity: 1, totalCents: 500 }]);
    const receipt = await call("POST", "/documents/receipts", { paymentId: sold.body.id });
    expect(receipt).toMatchObject({ status: 201, body: { totalCents: 500 } });
  });

  longTest(
    "[PAY-24] a site that sold for the first time while the hub was away has its summary too, once",
    async () => {
      const away = await openShop("Away Net");
      await away.set({ salesSummaries: true });
      const hourly = await away.plan("1 hour", 1000);
      const second = (await away.call("POST", "/sites", { name: "Hill" })).body.site.siteId;
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const summarise = () => away.inDatabase((tx) => summariseSales(parts, tx, away.providerId));
      const summaries = () =>
        away.inDatabase((tx) =>
          tx
            .selectFrom("documents")
            .select("cause")
            .where("kind", "=", "sales-summary")
            .orderBy("documentId")
            .execute()
            .then((rows) => rows.map(({ cause }) => cause)),
        );
      const sell = async (siteId: string) => {
        const sold = await away.call("POST", "/payments/purchase", { siteId, planId: hourly, pay: "cash" });
        expect(sold.status, sold.text).toBe(201);
      };
      expect(await summarise()).toBe(0);
      await sell(away.siteId);
      hub.moveClock(4 * dayMs);
      await summarise();
      expect(await summaries()).toEqual([`site:${away.siteId}`]);
      await away.logInAnew();
      await sell(second);
      hub.moveClock(4 * dayMs);
      await summarise();
      await summarise();
      expect(await summaries()).toEqual([`site:${away.siteId}`, `site:${second}`]);
      hub.moveClock(-8 * dayMs);
      await away.logInAnew();
    },
  );

  test.each(
    inLongRunAll(
      [
        [180, 120],
        [120, 180],
      ] as const,
      (_, at) => at === 0,
    ),
  )(
    "[PAY-24] an hour before and after midnight is in one summary each, though the time zone went from %i to %i",
    async (before, after) => {
      const shop = await openShop(`Zone ${before}`);
      const setZone = (utcOffsetMinutes: number) =>
        shop.inDatabase((tx) =>
          tx.updateTable("providers").set({ utcOffsetMinutes }).where("providerId", "=", shop.providerId).execute(),
        );
      await setZone(before);
      await shop.set({ salesSummaries: true });
      const hourly = await shop.plan("1 hour", 1000);
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const summarise = () => shop.inDatabase((tx) => summariseSales(parts, tx, shop.providerId));
      const startMs = hub.world.clock.wall().atMs;
      const midnightMs = (Math.ceil(startMs / dayMs) + 2) * dayMs;
      const sellAt = async (atMs: number) => {
        hub.moveClock(atMs - hub.world.clock.wall().atMs);
        await shop.logInAnew();
        const sold = await shop.call("POST", "/payments/purchase", {
          siteId: shop.siteId,
          planId: hourly,
          pay: "cash",
        });
        expect(sold.status, sold.text).toBe(201);
      };
      await summarise();
      // Half an hour apart, over both zones' midnights: 21 and 22 o'clock in UTC.
      for (const minutes of [-210, -150, -90]) await sellAt(midnightMs + minutes * 60_000);
      hub.moveClock(2 * 3_600_000);
      await summarise();
      await setZone(after);
      hub.moveClock(dayMs);
      await shop.logInAnew();
      await summarise();
      const { items } = (await shop.call("GET", "/documents?kind=sales-summary")).body;
      expect(items.reduce((sum: number, one: { totalCents: number }) => sum + one.totalCents, 0)).toBe(3000);
      hub.moveClock(startMs - hub.world.clock.wall().atMs);
      await shop.logInAnew();
    },
  );

  longTest(
    "[PAY-24] a hub's clock that was days ahead for a moment leaves no sale out of the summaries, and tells of none twice",
    async () => {
      const shop = await openShop("Fast Clock Net");
      await shop.set({ salesSummaries: true });
      const hourly = await shop.plan("1 hour", 1000);
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const summarise = () => shop.inDatabase((tx) => summariseSales(parts, tx, shop.providerId));
      const sell = async () => {
        const sale = { siteId: shop.siteId, planId: hourly, pay: "cash" };
        expect((await shop.call("POST", "/payments/purchase", sale)).status).toBe(201);
      };
      await summarise();
      await sell();
      hub.moveClock(5 * dayMs);
      await summarise();
      hub.moveClock(-5 * dayMs + 60_000);
      for (let day = 0; day < 3; day++) {
        await sell();
        await summarise();
        hub.moveClock(dayMs);
        await shop.logInAnew();
      }
      await summarise();
      const { items } = (await shop.call("GET", "/documents?kind=sales-summary")).body;
      expect(items.reduce((sum: number, one: { totalCents: number }) => sum + one.totalCents, 0)).toBe(4000);
      hub.moveClock(-3 * dayMs - 60_000);
      await shop.logInAnew();
    },
  );

  test("[PAY-24] summaries that are switched off, or on again, just after midnight: the day before has one where they were wanted on it, and else none", async () => {
    const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Midnight Net");
    let movedMs = 0;
    const move = async (byMs: number) => {
      movedMs += byMs;
      hub.moveClock(byMs);
      await logInAnew();
    };
    /** Ten past midnight in Nairobi, before the work of the night. */
    const toMidnight = () => move(dayMs - ((hub.world.clock.wall().atMs + 3 * 3_600_000) % dayMs) + 600_000);
    await set({ salesSummaries: true });
    const sell = async (priceCents: number) => {
      const planId = await plan(`For ${priceCents}`, priceCents);
      const sold = await call("POST", "/payments/purchase", { siteId, planId, pay: "cash" });
      expect(sold.status, sold.text).toBe(201);
    };
    const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
    const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
    await summarise();
    await sell(1000);
    await toMidnight();
    await set({ salesSummaries: false });
    expect(await summarise()).toBe(0);
    await sell(2000);
    await move(2 * 3_600_000);
    expect(await summarise()).toBe(1);
    await toMidnight();
    await set({ salesSummaries: true });
    await sell(4000);
    await move(dayMs);
    expect(await summarise()).toBe(0);
    await move(2 * 3_600_000);
    expect(await summarise()).toBe(1);
    const { items } = (await call("GET", "/documents?kind=sales-summary")).body;
    expect(items.map(({ totalCents }: { totalCents: number }) => totalCents).sort()).toEqual([1000, 4000]);
    await move(-movedMs);
  });

  longTest(
    "[PAY-24] what was sold while the provider wanted no summaries is in none once they are wanted again: it was declared in another way",
    async () => {
      const { call, set, siteId, plan, inDatabase, providerId, logInAnew } = await openShop("Pause Net");
      await set({ salesSummaries: true });
      const hourly = await plan("1 hour", 1000);
      const sell = async () => {
        const sold = await call("POST", "/payments/purchase", { siteId, planId: hourly, pay: "cash" });
        expect(sold.status, sold.text).toBe(201);
      };
      const parts = { world: hub.world, emit: createEmit(hub.world), kinds };
      const summarise = () => inDatabase((tx) => summariseSales(parts, tx, providerId));
      const toNextDay = async () => {
        hub.moveClock(dayMs);
        await logInAnew();
      };
      const summaries = async () => (await call("GET", "/documents?kind=sales-summary")).body.items.length;
      await sell();
      await summarise();
      await toNextDay();
      await summarise();
      const before = await summaries();
      await set({ salesSummaries: false });
      await sell();
      for (let day = 0; day < 3; day++) {
        await toNextDay();
        expect(await summarise()).toBe(0);
      }
      await set({ salesSummaries: true });
      await sell();
      await toNextDay();
      hub.moveClock(2 * 3_600_000);
      await logInAnew();
      expect(await summarise()).toBe(1);
      expect((await summaries()) - before).toBe(1);
      const [{ totalCents }] = (await call("GET", "/documents?kind=sales-summary&sort=-issued")).body.items;
      expect(totalCents).toBe(1000);
      hub.moveClock(-5 * dayMs - 2 * 3_600_000);
      await logInAnew();
    },
  );

  test("[PAY-11] what was paid in cash stands in the statement as an invoice and its payment, and changes no balance; its invoice says that it is paid", async () => {
    const { call } = shop;
    const juma = await shop.subscribe();
    await juma.act("renew", { from: "cash" });
    const [invoice] = await juma.issued(1);
    const { statements } = (await call("GET", `/customers/${juma.customerId}/statement`)).body;
    expect(statements).toMatchObject([{ openingCents: 0, closingCents: 0 }]);
    const rows = statements[0].rows.map((row: Record<string, unknown>) => [row.kind, row.amountCents, row.number]);
    expect(rows).toEqual([
      ["invoice", -250_000, invoice.number],
      ["receipt", 250_000, null],
    ]);
    const paper = pdfText((await shop.file(`/documents/${invoice.documentId}/pdf?language=en`)).bytes);
    expect(paper).toMatch(/Paid\s+KSh 2,500/);
  });

  test("[PAY-11] a customer who has another number now keeps the statement of what happened; credit stays with the old number, a stranger's too", async () => {
    const { call } = shop;
    const juma = await shop.subscribe();
    await juma.act("renew", { from: "cash" });
    await juma.topUp(300_000);
    await juma.act("renew", { from: "credit" });
    await call("POST", "/credits", { phone: "0712999002", amountCents: 70_000 });
    const told = async () => {
      const { statements } = (await call("GET", `/customers/${juma.customerId}/statement`)).body;
      const [{ openingCents, rows, closingCents }] = statements;
      const amounts = rows.map((row: Record<string, unknown>) => [row.kind, row.amountCents]);
      return { openingCents, closingCents, amounts };
    };
    const before = await told();
    expect(before.amounts).toEqual([
      ["invoice", -250_000],
      ["receipt", 250_000],
      ["top-up", 300_000],
      ["credit-used", -250_000],
    ]);
    hub.moveClock(1000);
    const setPhone = async (phone: string) => {
      const changed = await call("PATCH", `/customers/${juma.customerId}`, { phone });
      expect(changed.status, changed.text).toBe(200);
    };
    await setPhone("0712999002"); // mistyped
    hub.moveClock(1000);
    await setPhone("0712999001");
    const after = await told();
    expect(after).toEqual({
      openingCents: 0,
      closingCents: 0,
      amounts: [...before.amounts, ["number-changed", -50_000]],
    });
    const paper = await shop.file(`/customers/${juma.customerId}/statement/pdf?language=en`);
    expect(pdfText(paper.bytes)).toContain("Stays with the number before");
    await setPhone(juma.phone);
    expect(await told()).toEqual(before);
  });

  test("[PAY-24] every customer's statement ends with what the ledger says, wherever it begins", async () => {
    const { call, inDatabase } = shop;
    const balances = await inDatabase(async (tx) => {
      const { rows } = await sql<{ customerId: string; cents: number }>`
          select c.customer_id, (0 - coalesce(sum(amount_cents), 0))::bigint as cents from customers c
          left join ledger_postings p on p.party = c.phone_hash and account in ('credit', 'debts') group by 1`.execute(
        tx,
      );
      return rows;
    });
    expect(balances.length).toBeGreaterThan(3);
    const today = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 10);
    for (const { customerId, cents } of balances)
      for (const fromDay of ["2020-01-01", today, "2099-01-01"]) {
        const untilDay = fromDay > today ? fromDay : today;
        const { body } = await call(
          "GET",
          `/customers/${customerId}/statement?fromDay=${fromDay}&untilDay=${untilDay}`,
        );
        for (const { openingCents, rows, closingCents } of body.statements) {
          expect(closingCents).toBe(Number(cents));
          const moved = rows.reduce((sum: number, row: { amountCents: number }) => sum + row.amountCents, 0);
          expect(openingCents + moved).toBe(closingCents);
        }
        expect(body.statements.length > 0 || Number(cents) === 0).toBe(true);
      }
  });

  test("[PAY-23] accountants' files: journals are the ledger to the cent, invoices are the documents; cells are no formulas", async () => {
    const { call, file, inDatabase } = shop;
    const evil = await shop.subscribe();
    await call("PATCH", `/customers/${evil.customerId}`, { name: " =HYPERLINK(1)" });
    await evil.act("renew", { from: "cash" });
    await evil.issued(1);
    const span = "fromMs=0&untilMs=4000000000000";
    const rowsOf = async (layout: string) => {
      const { status, bytes } = await file(`/accounting/export?layout=${layout}&${span}`);
      expect(status).toBe(200);
      const [, ...rows] = bytes.toString("utf8").trimEnd().split("\r\n").map(cellsOf);
      return rows;
    };
    const cents = (text: string | undefined) => Math.round(Number(text === "" ? 0 : text) * 100);
    const books = await inDatabase(async (tx) => {
      const { rows } = await sql<{ account: string; cents: number }>`
          select account, sum(amount_cents)::bigint as cents from ledger_postings group by account`.execute(tx);
      return new Map(rows.map((row) => [row.account, Number(row.cents)]));
    });
    const quickBooks = await rowsOf("quickbooks-journal");
    const sold = quickBooks.filter(([, , account]) => account === "Plans sold");
    expect(sold.reduce((sum, [, , , debit, credit]) => sum + cents(debit) - cents(credit), 0)).toBe(
      books.get("revenue"),
    );
    expect(quickBooks.reduce((sum, [, , , debit, credit]) => sum + cents(debit) - cents(credit), 0)).toBe(0);
    const xero = await rowsOf("xero-journal");
    expect(xero).toHaveLength(quickBooks.length);
    for (const [account, code] of [
      ["revenue", "REVENUE"],
      ["credit", "CREDIT"],
      ["cash", "CASH"],
      ["deposits", "DEPOSITS"],
    ] as const)
      expect(xero.filter((row) => row[3] === code).reduce((sum, row) => sum + cents(row[5]), 0)).toBe(
        books.get(account) ?? 0,
      );
    const total = await inDatabase(async (tx) => {
      const { rows } = await sql<{ cents: number; vat: number }>`
          select sum(total_cents)::bigint as cents, sum(vat_cents)::bigint as vat from documents where kind <> 'receipt'`.execute(
        tx,
      );
      return [Number(rows[0]?.cents), Number(rows[0]?.vat)];
    });
    const sumOf = (rows: string[][], at: number) => rows.reduce((sum, row) => sum + cents(row[at]), 0);
    const [quickInvoices, xeroInvoices] = [await rowsOf("quickbooks-invoices"), await rowsOf("xero-invoices")];
    expect([sumOf(quickInvoices, 9), sumOf(quickInvoices, 11)]).toEqual(total);
    expect([sumOf(xeroInvoices, 7), sumOf(xeroInvoices, 10)]).toEqual(total);
    const named = quickInvoices.map((row) => row[1] ?? "");
    expect(named.some((name) => name.includes("HYPERLINK"))).toBe(true);
    expect(named.filter((name) => /^\s*[=+@-]/.test(name))).toEqual([]);
  });

  longTest("[PAY-11] who opens links of documents again and again has to wait", async () => {
    const open = () => hub.call("GET", `/api/v1/document-links/${"A".repeat(43)}`);
    const answers = await Promise.all(Array.from({ length: 150 }, open));
    expect(answers.map(({ status }) => status).filter((status) => status === 404).length).toBeGreaterThan(0);
    expect(answers.map(({ body }) => body.code)).toContain("too-many-tries");
  });
});

/** One line of CSV. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}
