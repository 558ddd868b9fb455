/** Documents on their way to KRA and URA, with faults between: each is told once, and what came back stands on the paper. */

import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { pdfText } from "@karibu/cloud/money/documents/pdf/test-pdf-text";
import { efrisMessage } from "@karibu/cloud/money/fiscal/efris-message";
import { etimsSale } from "@karibu/cloud/money/fiscal/etims-message";
import type { FiscalDocument } from "@karibu/cloud/money/fiscal/fiscal-contract";
import { askerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { createFiscalSimulator } from "./fiscal-simulator.ts";

const patience = { timeout: 30_000, interval: 50 };

engineSuite("tax authorities of two countries", { timeout: 120_000 }, (engine) => {
  const [etims, efris] = [createFiscalSimulator("etims"), createFiscalSimulator("efris")];
  const hub = useHub(engine, { taxAdapters: { etims, efris } });
  let keys = 0;

  async function openShop(name: string, currency: "KES" | "UGX", authority: "etims" | "efris") {
    const { token } = await hub.makeProvider(name, currency);
    const call = askerOf(hub, () => token);
    const settings = (await call("GET", "/tax-settings")).body;
    const { country, ...own } = settings;
    const told = { ...own, taxPin: `P05${1_000_000 + ++keys}X`, authority };
    const set = await call("PUT", "/tax-settings", { ...told, vatRegistered: true, exciseRegistered: true });
    expect([set.status, country]).toEqual([200, currency.slice(0, 2)]);
    const { siteId } = (await call("POST", "/sites", { name: "Harbour" })).body.site;
    const { planId } = (await call("POST", "/plans", { name: "Home 10M", priceCents: 5_000_000, terms: {} })).body;
    const phone = currency === "KES" ? "0712000101" : "0772000101";
    const { customerId } = (await call("POST", "/customers", { name: "Jane", phone })).body;
    const order = { customerId, username: "jane.home", planId, siteIds: [siteId] };
    const { accountId } = (await call("POST", "/accounts", order)).body;
    const { subscriptionId } = (await call("POST", "/subscriptions", { customerId, accountId, planId })).body;
    const documents = async (): Promise<{ documentId: string; fiscalState: string; number: string }[]> =>
      (await call("GET", "/documents?sort=issued")).body.items;
    return {
      call,
      documents,
      renew: () => call("POST", `/subscriptions/${subscriptionId}/renew`, { from: "cash" }),
      /** Waits for the newest document to be there, and in this state. */
      newestIs: (state: string, count: number) =>
        vi.waitFor(async () => {
          const all = await documents();
          expect([all.length, all.at(-1)?.fiscalState]).toEqual([count, state]);
          return all.at(-1)?.documentId ?? "";
        }, patience),
      one: async (documentId: string) => (await call("GET", `/documents/${documentId}`)).body,
      text: async (documentId: string) => {
        const answer = await fetch(`${hub.url()}/api/v1/documents/${documentId}/pdf?language=en`, {
          headers: { authorization: `Bearer ${token}` },
        });
        return pdfText(Buffer.from(await answer.arrayBuffer()));
      },
    };
  }

  test("[PAY-24] eTIMS: a lost answer and a silent device tell it once; the reply is printed; a credit note refers to it", async () => {
    const shop = await openShop("Baraka", "KES", "etims");
    etims.fail(1, "after");
    await shop.renew();
    const first = await shop.newestIs("accepted", 1);
    expect(etims.accepted.map(({ sequence }) => sequence)).toEqual([1]);
    expect(etims.asked()).toBe(2);
    const one = await shop.one(first);
    expect(one.fiscal).toMatchObject({ controlUnit: "KRACU0100000001", fiscalNumber: "1/1", tries: 2 });
    const text = await shop.text(first);
    for (const part of ["Tax invoice", "KRACU0100000001", "SIM0000000000001"]) expect(text).toContain(part);
    expect(text).not.toContain("not a tax invoice");
    const back = { amountCents: 1_000_000, give: "none", reason: "A week without service" };
    const note = (await shop.call("POST", `/documents/${first}/credit-notes`, back)).body;
    await shop.newestIs("accepted", 2);
    expect(etims.accepted.at(-1)).toMatchObject({
      kind: "credit",
      sequence: 2,
      refersTo: { sequence: 1 },
      number: note.number,
    });
    const { message } = (await shop.call("GET", `/documents/${note.documentId}/fiscal-data`)).body;
    expect(message).toMatchObject({
      rcptTyCd: "R",
      orgInvcNo: 1,
      invcNo: 2,
      totAmt: 10_000,
      taxRtB: 16,
      bhfId: "00",
    });
  });

  longTest(
    "[PAY-24] what is refused says why and is no tax invoice; it is submitted again, or its reply is typed, and never twice",
    async () => {
      const shop = await openShop("Refused", "KES", "etims");
      etims.refuse("904: the branch is not known");
      await shop.renew();
      const refused = await shop.newestIs("refused", 1);
      expect((await shop.one(refused)).fiscal.reason).toBe("904: the branch is not known");
      expect(await shop.text(refused)).toContain("this is not a tax invoice");
      expect((await shop.call("POST", `/documents/${refused}/submit`)).status).toBe(200);
      await shop.newestIs("accepted", 1);
      const typed = { controlUnit: "X", fiscalNumber: "Y", qr: "Z" };
      const path = `/documents/${refused}/fiscal-reply`;
      expect(await shop.call("POST", path, typed)).toMatchObject({ status: 409, body: { code: "fiscal-accepted" } });
      etims.refuse("904: again");
      await shop.renew();
      const second = await shop.newestIs("refused", 2);
      const reply = await shop.call("POST", `/documents/${second}/fiscal-reply`, typed);
      expect(reply.body.fiscal).toMatchObject({ fiscalNumber: "Y", qr: "Z" });
      expect(reply.body.fiscal.typedBy).not.toBeNull();
      expect(await shop.text(second)).toContain("Tax invoice");
    },
  );

  test("[PAY-24] EFRIS: the same in shillings of Uganda, with 18 % and 12 %", async () => {
    const shop = await openShop("Kampala Net", "UGX", "efris");
    await shop.renew();
    const first = await shop.newestIs("accepted", 1);
    const one = await shop.one(first);
    // 50,000.00 / 1.18 = 42,372.88; / 1.12 = 37,832.93
    expect([one.netCents, one.exciseCents, one.vatCents]).toEqual([3_783_293, 453_995, 762_712]);
    const { message } = (await shop.call("GET", `/documents/${first}/fiscal-data`)).body;
    expect(message).toMatchObject({ interfaceCode: "T109", content: { summary: { grossAmount: "50000.00" } } });
    expect(await shop.text(first)).toContain("3240000000001");
  });
});

test("[PAY-24] a document as eTIMS and EFRIS take it: bands by treatment, dates, amounts of a credit above zero", () => {
  const line = (treatment: "standard" | "exempt" | "zero-rated", totalCents: number, vatBp: number) => ({
    text: "Home",
    itemCode: "p",
    quantity: 2,
    totalCents,
    treatment,
    vatBp,
    exciseBp: 0,
    netCents: totalCents - (vatBp === 0 ? 0 : -1600),
    exciseCents: 0,
    vatCents: vatBp === 0 ? 0 : -1600,
  });
  const document: FiscalDocument = {
    kind: "credit",
    number: "CN-2026-000001",
    sequence: 9,
    refersTo: { number: "INV-2026-000003", sequence: 3 },
    reason: "Refund",
    buyer: { name: "Jane", taxPin: null },
    currency: "KES",
    issuedAt: "2026-11-22T18:30:05",
    seller: { name: "Baraka", taxPin: "P051234567X", branch: "01", address: null },
    paid: [{ way: "other", cents: -16_900 }],
    lines: [line("standard", -11_600, 1600), line("exempt", -5000, 0), line("zero-rated", -300, 0)],
    netCents: -15_300,
    exciseCents: 0,
    vatCents: -1600,
    totalCents: -16_900,
  };
  expect(etimsSale(document)).toMatchObject({
    cfmDt: "20261122183005",
    salesDt: "20261122",
    rfdDt: "20261122183005",
    rfdRsnCd: "06",
    orgInvcNo: 3,
    taxblAmtA: 50,
    taxblAmtB: 100,
    taxblAmtC: 3,
    taxAmtB: 16,
    totTaxblAmt: 153,
    totTaxAmt: 16,
    totAmt: 169,
    itemList: [{ itemSeq: 1, taxTyCd: "B", prc: 58 }, { taxTyCd: "A" }, { taxTyCd: "C" }],
  });
  expect(efrisMessage(document)).toMatchObject({
    interfaceCode: "T110",
    content: {
      basicInformation: { issuedDate: "2026-11-22 18:30:05", oriInvoiceId: "INV-2026-000003", invoiceType: "2" },
      taxDetails: [
        { taxCategoryCode: "01", taxRate: "0.16", netAmount: "-100.00", taxAmount: "-16.00" },
        { taxCategoryCode: "03", taxRate: "-" },
        { taxCategoryCode: "02", taxRate: "0" },
      ],
    },
  });
});
