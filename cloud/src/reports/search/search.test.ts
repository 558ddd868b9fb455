import { createHash } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { withPart } from "../../catalogue/customers/customers-by-part.ts";
import { emptySession } from "../../catalogue/sessions/test-empty-session.ts";
import { sandboxPaybill } from "../../money/channels/test-hooks.ts";
import { surePosterOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";

hubSuite("the search", (hub) => {
  let provider: TestProvider;
  let code = "";
  let ids: Record<"siteId" | "planId" | "customerId" | "paymentId" | "invoiceId" | "voucherId" | "sellerId", string>;
  const receipt = "UKL51ZDR4F";
  const mac = "AA:BB:CC:11:22:33";

  const find = async (q: string, token = provider.token) =>
    (await hub.call("GET", `/api/v1/search?q=${encodeURIComponent(q)}`, { token })).body.items;
  const kinds = async (q: string, token = provider.token) =>
    (await find(q, token)).map((one: { kind: string }) => one.kind);

  beforeAll(async () => {
    provider = await hub.makeProvider("Alpha");
    const { token, providerId } = provider;
    const post = surePosterOf(hub, () => token);
    const { site } = await post("/sites", { name: "Market square" });
    const { planId } = await post("/plans", {
      name: "Two hours",
      priceCents: 3000,
      terms: { validitySeconds: 7200 },
    });
    const { batchId } = await post("/vouchers/batches", { planId, quantity: 5, siteId: site.siteId });
    const { items } = (await hub.call("GET", `/api/v1/vouchers?batchId=${batchId}`, { token })).body;
    code = items[0].code;
    const { customerId } = await post("/customers", { name: "Achieng Otieno", phone: "0712345678" });
    const sale = { siteId: site.siteId, planId, phone: "0712345678", pay: "cash" };
    const { id: paymentId } = await post("/payments/purchase", sale);
    const lines = [{ text: "Internet", quantity: 1, unitCents: 1000 }];
    const { id: invoiceId } = await post("/invoices", { customerName: "Guest house", dueOn: "2999-01-01", lines });
    const sites = [{ siteId: site.siteId, floatCents: null }];
    const seller = { name: "Akinyi at the market", pin: "4821", commissionPermille: 0, sites };
    const { sellerId } = await post("/sellers", seller);
    const channel = await post("/channels", sandboxPaybill);
    await post("/reconciliation/statements", { channelId: channel.id, csv: statementOf(receipt) });
    await hub.database().asPlatform("test", async (tx) => {
      await tx
        .insertInto("sessions")
        .values({
          ...emptySession,
          providerId,
          siteId: site.siteId,
          sessionKey: "s1",
          mac,
          address: "10.5.50.7",
          startedAtMs: 5,
          receivedAtMs: 5,
        })
        .execute();
    });
    ids = { siteId: site.siteId, planId, customerId, paymentId, invoiceId, sellerId, voucherId: items[0].voucherId };
  });

  test("[UIX-03] a code, a receipt, a device, an address, a name, a site, a plan, an invoice and a payment are found", async () => {
    expect(await find(code)).toEqual([
      expect.objectContaining({ kind: "voucher", id: ids.voucherId, title: code, isExact: true, state: "active" }),
    ]);
    expect(await find(receipt.toLowerCase())).toEqual([
      expect.objectContaining({ kind: "receipt", id: receipt, isExact: true, amountCents: 2000, currency: "KES" }),
    ]);
    expect((await find("UKL51"))[0]).toMatchObject({ kind: "receipt", id: receipt, isExact: false });
    for (const typed of [mac, "aa-bb-cc-11-22-33", "aabb.cc11.2233", "10.5.50.7"])
      expect((await find(typed))[0], typed).toMatchObject({ kind: "session", id: `${ids.siteId}/s1`, state: "live" });
    for (const typed of ["cc:11:22", "22-33", "CC1122", "bbcc11", "aabb.cc11"])
      expect((await find(typed))[0], typed).toMatchObject({
        kind: "session",
        id: `${ids.siteId}/s1`,
        isExact: false,
      });
    expect(await kinds("c1:12")).toEqual([]); // not at the border of two bytes
    for (const typed of ["akin", "AKINYI AT", "market"])
      expect(await find(typed), typed).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ kind: "seller", id: ids.sellerId, title: "Akinyi at the market" }),
        ]),
      );
    for (const typed of ["achi", "Otieno", "achieng otieno"])
      expect((await find(typed))[0], typed).toMatchObject({ kind: "customer", id: ids.customerId });
    expect((await find("square"))[0]).toMatchObject({ kind: "site", id: ids.siteId, title: "Market square" });
    expect((await find("two ho"))[0]).toMatchObject({ kind: "plan", id: ids.planId, amountCents: 3000 });
    for (const typed of ["1", "#1", "invoice 1"])
      expect((await find(typed))[0], typed).toMatchObject({ kind: "invoice", id: ids.invoiceId });
    expect(await find(ids.paymentId)).toEqual([expect.objectContaining({ kind: "payment", id: ids.paymentId })]);
  });

  test("a phone number finds its customer and its payments, in each way that people type it", async () => {
    for (const typed of [
      "0712345678",
      "0712 345 678",
      "+254 712 345678",
      "254712345678",
      "712345678",
      "00254712345678",
    ])
      expect(await kinds(typed), typed).toEqual(expect.arrayContaining(["customer", "payment"]));
  });

  test("[UIX-03] [CUS-09] a whole phone number leads to why its person is not online, also of who is not known; to who may read payments", async () => {
    expect(await find("0712 345 679")).toEqual([
      expect.objectContaining({ kind: "person", id: "0712345679", title: "0712 345 679", isExact: true }),
    ]);
    expect(await kinds("0712345678")).toContain("person");
    expect(await kinds("345678")).not.toContain("person");
  });

  test("[UIX-03] half a phone number finds its customer and its payments: the last four to nine digits, or the first", async () => {
    for (const typed of ["5678", "345 678", "12345678", "0712 34", "+254 712-345", "2547123456", "071234567"])
      expect(await kinds(typed), typed).toEqual(expect.arrayContaining(["customer", "payment"]));
    expect((await find("345678")).map((one: { isExact: boolean }) => one.isExact)).not.toContain(true);
    for (const typed of ["5679", "0713", "99345678"])
      expect(
        (await kinds(typed)).filter((kind: string) => kind === "customer"),
        typed,
      ).toEqual([]);
  });

  test("[UIX-03] who may not read customers learns no digit by trying: only those that the mask shows decide", async () => {
    const { token } = provider;
    const role = await hub.call("POST", "/api/v1/roles", {
      token,
      body: { name: "Till", permissions: ["payments.read"] },
    });
    expect(role.status, role.text).toBe(201);
    const body = { email: "till@alpha.test", name: "Till", role: role.body.role, password: ownerPassword };
    expect((await hub.call("POST", "/api/v1/users", { token, body })).status).toBe(201);
    const till = await hub.logIn(body.email, ownerPassword);
    // The mask is 2547***678: the right fourth digit and a wrong one find the same.
    for (const typed of ["678", "5678", "9678", "0005678", "99999678"])
      expect(await kinds(typed, till), typed).toEqual(["payment"]);
    expect(await kinds("679", till)).toEqual([]);
    for (const typed of ["071234", "071299", "+2547123456"]) expect(await kinds(typed, till), typed).toEqual([]);
    const listed = async (query: string) =>
      (await hub.call("GET", `/api/v1/payments?${query}`, { token: till })).body.items.length;
    for (const query of ["phone=5678", "phone=9678", "q=5678", "q=9678"]) expect(await listed(query), query).toBe(1);
    for (const query of ["phone=071234", "q=071234", "phone=5679"]) expect(await listed(query), query).toBe(0);
  });

  test("lists find by half a number, too; a number that changes is found by the new one alone", async () => {
    const { token } = provider;
    const list = async (path: string) => (await hub.call("GET", `/api/v1/${path}`, { token })).body.items;
    for (const query of ["q=345678", "q=071234", "q=0712345678"])
      expect(await list(`customers?${query}`), query).toMatchObject([{ customerId: ids.customerId }]);
    expect(await list("customers?q=45679")).toEqual([]);
    for (const query of ["phone=345678", "phone=071234", "phone=0712345678", "q=0712345678", "q=12345678"])
      expect(await list(`payments?${query}`), query).toMatchObject([{ id: ids.paymentId }]);
    const path = `/api/v1/customers/${ids.customerId}`;
    const change = (phone: string) => hub.call("PATCH", path, { token, body: { phone } });
    expect((await change("0799111222")).status).toBe(200);
    expect([await kinds("345678"), await kinds("111222")]).toEqual([["payment"], ["customer"]]);
    expect((await change("0712345678")).status).toBe(200);
    expect(await kinds("111222")).toEqual([]);
  });

  test("whoever gets another number or is erased by SQL keeps no part of the number", async () => {
    const { providerId } = provider;
    const keys = () =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          tx
            .selectFrom("customers")
            .select(["phoneTailKey as tail", "phoneHeadKey as head"])
            .where("customerId", "=", ids.customerId)
            .executeTakeFirstOrThrow(),
        );
    const change = (to: object) =>
      hub.database().asProvider(providerId, (tx) =>
        tx
          .updateTable("customers")
          .set(to as never)
          .where("customerId", "=", ids.customerId)
          .execute(),
      );
    const { phoneHash: party, phoneSealed: sealed } = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx
          .selectFrom("customers")
          .select(["phoneHash", "phoneSealed"])
          .where("customerId", "=", ids.customerId)
          .executeTakeFirstOrThrow(),
      );
    await change({ phoneHash: "another", phoneSealed: sealed });
    expect(await keys()).toEqual({ tail: null, head: null });
    await change({ phoneHash: party });
  });

  test("half a number is looked up by an index, also among many customers and payments", async () => {
    const { providerId } = await hub.makeProvider("Many");
    const rows = 3000;
    await hub.database().asProvider(providerId, (tx) =>
      sql`insert into customers (provider_id, customer_id, name, phone_hash, phone_sealed, phone_masked, phone_tail_key, phone_head_key,
            active, created_at_ms, updated_at_ms)
          select ${providerId}, 'c' || n, 'N' || n, 'h' || n, decode('00', 'hex'), 'm', md5(n::text), md5('h' || n), true, 1, 1
          from generate_series(1, ${rows}) n`.execute(tx),
    );
    // As who owns the tables: of others PostgreSQL takes no such order, and only warns.
    await hub.database().alone("write", (run) => run("analyze customers"));
    const plans = await hub.database().asProvider(providerId, async (tx) => {
      const text = async (lines: Promise<Record<string, unknown>[]>) => JSON.stringify(await lines);
      const ofEnd = (end: "tail" | "head") =>
        text(withPart(tx, providerId, end, md5("7")).select("customerId").limit(5).explain());
      return { tail: await ofEnd("tail"), head: await ofEnd("head") };
    });
    expect(plans.tail).toContain("customers_phone_tail");
    expect(plans.head).toContain("customers_phone_head");
    for (const plan of Object.values(plans)) expect(plan).not.toContain("Seq Scan");
  });

  test("[UIX-03] a receipt that became a customer's credit names the customer, to who may read customers", async () => {
    const of = async () => (await find(receipt))[0];
    expect(await of()).toMatchObject({ kind: "receipt", state: "suspense", paymentId: null, customerId: null });
    const headers = { "Idempotency-Key": "a-receipt-to-give" };
    const given = { token: provider.token, body: { phone: "0712345678" }, headers };
    expect((await hub.call("POST", `/api/v1/receipts/${receipt}/assign`, given)).status).toBe(200);
    expect(await of()).toMatchObject({ state: "credit", paymentId: null, customerId: ids.customerId });
  });

  test("whole matches come first, and no kind fills the list", async () => {
    const { token } = provider;
    for (let at = 0; at < 8; at++) await hub.call("POST", "/api/v1/sites", { token, body: { name: `Annex ${at}` } });
    await hub.call("POST", "/api/v1/customers", { token, body: { name: "Annex" } });
    const found = await find("annex");
    expect(found[0]).toMatchObject({ kind: "customer", isExact: true });
    expect(found.filter((one: { kind: string }) => one.kind === "site")).toHaveLength(5);
  });

  test("each person finds only what they may read, and nobody finds another provider's things", async () => {
    const { token } = provider;
    const body = { email: "inst@alpha.test", name: "Installer", role: "installer", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token, body });
    const installer = await hub.logIn(body.email, ownerPassword);
    for (const typed of [code, receipt, "0712345678", "Otieno", "#1", ids.paymentId])
      expect(await find(typed, installer), typed).toEqual([]);
    expect(await kinds("market", installer)).toEqual(["site"]);
    expect(await kinds(mac, installer)).toEqual(["session"]);
    const other = await hub.makeProvider("Beta");
    // That a whole number leads to its person's page says nothing of whether anything is known of them.
    for (const typed of [code, receipt, "0712345678", "Otieno", "#1", ids.paymentId, mac, "market", "two ho"])
      expect(
        (await kinds(typed, other.token)).filter((kind: string) => kind !== "person"),
        typed,
      ).toEqual([]);
  });

  test("text that is nothing, or looks like a pattern, finds nothing and breaks nothing", async () => {
    for (const typed of ["%", "__", "%%%%", "\\", "'; drop table x", "💧💧", "x".repeat(100)])
      expect(await find(typed), typed).toEqual([]);
  });
});

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** Money that came to the paybill without a prompt. */
function statementOf(code: string): string {
  const day = new Date(Date.now() + 3 * 3_600_000).toISOString().slice(0, 10).split("-").reverse().join("-");
  const time = `${day} 00:00:01`;
  return `Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency
${code},${time},${time},Pay Bill Online from 254733***126 - JANE,Completed,20.00,,20,true,Pay Utility,254733***126 - JANE ,,SHOP 7,KES
`;
}
