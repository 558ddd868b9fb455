/**
 * Recognisable numbers pay in each way that there is; then the whole database is read as somebody would who has a copy of it. No SHA-256 of
 * a number may stand there, because anybody reverses it, and no number, except where this test says so.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { cents, seconds, unixMs } from "@karibu/protocol/quantities";
import { notBegun } from "@karibu/protocol/test-grants";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../ground/db/test-databases.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { readAtRest } from "../ground/secrets/test-at-rest.ts";
import { surePosterOf } from "../test-asking.ts";
import { useHub } from "../test-hub.ts";
import { createTestIntake } from "../test-intake.ts";

const patience = { timeout: 60_000 };
/** Who pays how. */
const numbers = {
  prompt: "254711000201",
  confirmation: "254711000202",
  "confirmation by hash": "254711000203",
  counter: "254711000204",
  claim: "254711000205",
  invoice: "254711000206",
  renewal: "254711000207",
  seller: "254711000208",
  customer: "254711000209",
  correction: "254711000210",
  statement: "254711000211",
  "number as account": "254711000212",
} as const;
type Way = keyof typeof numbers;

/** Where a number stands in clear: what a site's seller typed, and what a payer typed as account, are kept as they came. */
const stillInClear: Partial<Record<Way, readonly string[]>> = {
  seller: ["journal_records"],
  "number as account": ["receipts"],
};

engineSuite("the numbers of customers at rest", { timeout: 300_000 }, (engine) => {
  const pushes: { readonly CallBackURL: string }[] = [];
  const http: HttpCall = async ({ url, body = "{}" }) => {
    const say = (fields: object) => ({ status: 200, body: JSON.stringify(fields) });
    if (url.includes("/oauth/")) return say({ access_token: "token", expires_in: "3599" });
    if (!url.includes("/stkpush/")) throw new Error(`nobody answers ${url}`);
    pushes.push(JSON.parse(body));
    return say({ ResponseCode: "0", CheckoutRequestID: `ws_CO_${pushes.length}` });
  };
  const hub = useHub(engine, { http });

  test("[SYS-13] a copy of the database tells no number, and no hash that anybody can make from one", async () => {
    const { token, providerId } = await hub.makeProvider("Planted");
    const post = surePosterOf(hub, () => token);
    const get = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token })).body;
    const { siteId } = (await post("/sites", { name: "Kiosk" })).site;
    const { planId } = await post("/plans", { name: "Hour", priceCents: 5000, terms: { validitySeconds: 3600 } });
    const keysOf = { passkey: "passkey", consumerKey: "key", consumerSecret: "secret" };
    const paybill = { kind: "mpesa-paybill", environment: "sandbox", shortcode: "600100", ...keysOf };
    const { id: channelId } = await post("/channels", paybill);
    await post("/message-senders", { kind: "africastalking", name: "AT", username: "sandbox", apiKey: "the-key" });
    const sale = (phone: string, more: object = {}) => post("/payments/purchase", { siteId, planId, phone, ...more });
    const state = async (id: string) => (await get(`/payments/${id}`)).state as string;
    /** What M-Pesa says of the newest prompt: this phone has paid it. */
    const confirmPrompt = (receipt: string, phone: string) => {
      const Item = [
        { Name: "Amount", Value: 50 },
        { Name: "MpesaReceiptNumber", Value: receipt },
        { Name: "PhoneNumber", Value: Number(phone) },
      ];
      const ids = { MerchantRequestID: "1", CheckoutRequestID: `ws_CO_${pushes.length}` };
      const stkCallback = { ...ids, ResultCode: 0, ResultDesc: "paid", CallbackMetadata: { Item } };
      return hub.call("POST", new URL(pushes.at(-1)?.CallBackURL ?? "").pathname, {
        body: { Body: { stkCallback } },
      });
    };
    const { addresses } = await get(`/channels/${channelId}`);
    const { url } = addresses.find((one: { url: string }) => one.url.endsWith("/c"));
    /** Money that nobody was asked for. */
    const confirm = async (TransID: string, MSISDN: string, BillRefNumber = "wifi") => {
      const money = { TransID, TransAmount: "50.00", BusinessShortCode: "600100", BillRefNumber, MSISDN };
      expect((await hub.call("POST", new URL(url).pathname, { body: money })).status).toBe(200);
      await vi.waitFor(async () => expect((await get(`/receipts?q=${TransID}`)).items).toHaveLength(1), patience);
      return (await get(`/receipts?q=${TransID}`)).items[0] as { state: string; paymentId: string | null };
    };

    const prompted = await sale(numbers.prompt);
    await confirmPrompt("UKL51ZDR01", numbers.prompt);
    await vi.waitFor(async () => expect(await state(prompted.id)).toBe("paid"), patience);
    await confirm("UKL51ZDR02", numbers.confirmation);
    await post("/pay-accounts", { number: "HASH 1", phone: numbers["confirmation by hash"] });
    await confirm("UKL51ZDR03", sha256Hex(numbers["confirmation by hash"]), "HASH 1");
    expect(await get(`/credits?phone=${numbers["confirmation by hash"]}`)).toMatchObject({ balanceCents: 5000 });
    const counter = await sale(numbers.counter, { pay: "cash" });
    await post(`/payments/${counter.id}/send`);
    await post("/payments/claims", { amountCents: 5000, phone: numbers.claim });
    await confirm("UKL51ZDR05", sha256Hex(numbers.claim));
    await vi.waitFor(
      async () => expect((await get(`/credits?phone=${numbers.claim}`)).balanceCents).toBe(5000),
      patience,
    );
    const line = { text: "A month", quantity: 1, unitCents: 5000 };
    const invoice = await post("/invoices", { customerName: "Anna", phone: numbers.invoice, lines: [line] });
    await post(`/invoices/${invoice.id}/prompt`);
    await confirmPrompt("UKL51ZDR06", numbers.invoice);
    await vi.waitFor(
      async () => expect((await get(`/credits?phone=${numbers.invoice}`)).balanceCents).toBe(5000),
      patience,
    );
    await post("/credits", { phone: numbers.renewal, amountCents: 5000 });
    await post("/subscriptions", { phone: numbers.renewal, planId, siteId });
    await vi.waitFor(
      async () => expect((await get(`/payments?phone=${numbers.renewal}`)).items).toMatchObject([{ state: "paid" }]),
      patience,
    );
    await post("/customers", { name: "Ben", phone: numbers.customer });
    await post("/credits", { phone: numbers.correction, amountCents: 1000 });
    const more = { kind: "pay-out-credit", phone: numbers.correction, amountCents: 400, reason: "moved away" };
    await post("/corrections", more);
    const { sellerId } = await post("/sellers", { name: "Wanjiru", pin: "482193", sites: [{ siteId }] });
    const paidAt = new Date(hub.world.clock.wall().atMs + 3 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const details = `Pay Bill from ${numbers.statement} - JUMA ALI Acc. wifi`;
    const head = "Receipt No.,Completion Time,Details,Transaction Status,Paid In,Withdrawn";
    const csv = `${head}\nUKL51ZDR11,${paidAt},${details},Completed,50.00,`;
    await post("/reconciliation/statements", { channelId, csv });
    await confirm("UKL51ZDR12", "2547 ***** 212", numbers["number as account"]);
    await sellAtSite({ providerId, siteId, sellerId, phone: numbers.seller });

    // Each of them is known all the same.
    const found = async (path: string, way: Way) => (await get(`${path}?phone=${numbers[way]}`)).items.length;
    expect(await found("/payments", "prompt")).toBe(1);
    expect(await found("/payments", "counter")).toBe(1);
    expect(await found("/subscriptions", "renewal")).toBe(1);
    expect(await found("/customers", "customer")).toBe(1);
    expect(await found("/cash-sales", "seller")).toBe(1);
    expect(await found("/corrections", "correction")).toBe(1);
    expect((await get("/receipts?q=UKL51ZDR11")).items).toMatchObject([{ payer: "2547***211" }]);
    expect(await found("/messages", "prompt")).toBeGreaterThan(0);

    const tables = await readAtRest(hub.database());
    for (const [way, number] of Object.entries(numbers) as [Way, string][]) {
      const hash = sha256Hex(number);
      const inBytes = Buffer.from(hash, "hex").toString("latin1");
      const tell = (marks: readonly string[]) =>
        tables.filter(([, text]) => marks.some((mark) => text.includes(mark))).map(([name]) => name);
      expect([way, tell([hash, inBytes])]).toEqual([way, []]);
      expect([way, tell([number, number.slice(3)])]).toEqual([way, stillInClear[way] ?? []]);
    }
  });

  /** As the site's journal tells it. */
  async function sellAtSite(at: { providerId: string; siteId: string; sellerId: string; phone: string }) {
    const { providerId, siteId, sellerId, phone } = at;
    const intake = createTestIntake(hub.world, hub.database(), async () => {}, hub);
    const saleId = "ab".repeat(16);
    const grant = {
      grantId: `c.${saleId}`,
      origin: "voucher" as const,
      planName: "Hour",
      terms: { ...unlimitedTerms, validitySeconds: seconds(3600) },
      ...notBegun,
    };
    const stamp = { clock: "synced", upMs: 1, atMs: unixMs(hub.world.clock.wall().atMs) } as const;
    const what = { sellerId, planId: null, priceCents: cents(2000), currency: "KES", code: "4821993015" };
    const record = { seq: 1, ...stamp, kind: "cash-sale", saleId, ...what, grant, phone };
    await intake.take(providerId, { siteId, epoch: "e1", records: [record] });
  }
});
