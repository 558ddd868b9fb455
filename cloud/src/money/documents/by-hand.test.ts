/** Documents against sums that were done on paper, in three currencies: what is written here as a number, nobody computes. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { hubSuite } from "../../test-hub.ts";
import { pdfText } from "./pdf/test-pdf-text.ts";

const patience = { timeout: 30_000, interval: 50 };
/** A folder for the papers of these tests, to be looked at. */
const papers = process.env.KARIBU_TEST_PICTURES;

interface Parts {
  readonly netCents: number;
  readonly exciseCents: number;
  readonly vatCents: number;
  readonly totalCents: number;
}

/** Net, excise, VAT, and the whole. */
const partsOf = ({ netCents, exciseCents, vatCents, totalCents }: Parts) => [
  netCents,
  exciseCents,
  vatCents,
  totalCents,
];

hubSuite("papers and hand-made sums of three providers", { timeout: 120_000 }, (hub) => {
  let keys = 0;

  async function openShop(currency: string, priceCents: number, registered = true) {
    const { token } = await hub.makeProvider(`Hand ${currency} ${++keys}`, currency);
    const call = askerOf(hub, () => token);
    const ok = async (method: string, path: string, body?: object) => {
      const answer = await call(method, path, body);
      expect(answer.status, `${path} ${answer.text}`).toBeLessThan(300);
      return answer.body;
    };
    const { country: _, ...settings } = await ok("GET", "/tax-settings");
    const of = { legalName: "Mwangaza Networks Ltd", taxPin: "P051234567X", vatRegistered: registered };
    await ok("PUT", "/tax-settings", { ...settings, ...of, exciseRegistered: registered });
    const { siteId } = (await ok("POST", "/sites", { name: "Harbour" })).site;
    const { planId } = await ok("POST", "/plans", { name: "Home 10M", priceCents, terms: {} });
    const starts: Readonly<Record<string, string>> = { KES: "07120", UGX: "07720", TZS: "07540" };
    async function subscribe() {
      const n = ++keys;
      const phone = `${starts[currency]}${String(n).padStart(5, "0")}`;
      const { customerId } = await ok("POST", "/customers", { name: "Jane Wanjiku", phone });
      const { accountId } = await ok("POST", "/accounts", {
        customerId,
        username: `h${n}`,
        planId,
        siteIds: [siteId],
      });
      const { subscriptionId } = await ok("POST", "/subscriptions", {
        customerId,
        accountId,
        planId,
        autoRenew: false,
      });
      return { phone, customerId, subscriptionId };
    }
    const documents = async (kind: string, count: number) =>
      vi.waitFor(async () => {
        const { items } = await ok("GET", `/documents?kind=${kind}&sort=issued&limit=100`);
        expect(items).toHaveLength(count);
        return items as (Parts & { documentId: string; number: string })[];
      }, patience);
    async function paper(documentId: string, language: "en" | "sw", name: string): Promise<string> {
      const answer = await fetch(`${hub.url()}/api/v1/documents/${documentId}/pdf?language=${language}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const bytes = Buffer.from(await answer.arrayBuffer());
      if (papers !== undefined) {
        await mkdir(papers, { recursive: true });
        await writeFile(join(papers, `${name}-${currency}-${language}.pdf`), bytes);
      }
      return pdfText(bytes);
    }
    return { call, ok, subscribe, documents, paper };
  }

  test.each(
    inLongRunAll(
      [
        {
          currency: "KES", // VAT 16 %, excise 15 %
          price: 99_999,
          whole: [74_962, 11_244, 13_793, 99_999],
          piece: 33_333,
          notes: [
            [-24_987, -3748, -4598, -33_333],
            [-24_988, -3748, -4597, -33_333],
            [-24_987, -3748, -4598, -33_333],
          ],
          printed: "KSh 999.99",
        },
        {
          currency: "UGX", // VAT 18 %, excise 12 %
          price: 5_000_100,
          whole: [3_783_369, 454_004, 762_727, 5_000_100],
          piece: 1_000_000,
          notes: [
            [-756_659, -90_799, -152_542, -1_000_000],
            [-756_658, -90_799, -152_543, -1_000_000],
            [-2_270_052, -272_406, -457_642, -3_000_100],
          ],
          printed: "USh 50,001",
        },
        {
          currency: "TZS", // VAT 18 %, excise 17 %
          price: 3_333_300,
          whole: [2_414_385, 410_446, 508_469, 3_333_300],
          piece: 1_000_000,
          notes: [
            [-724_323, -123_135, -152_542, -1_000_000],
            [-724_322, -123_135, -152_543, -1_000_000],
            [-965_740, -164_176, -203_384, -1_333_300],
          ],
          printed: "TSh 33,333",
        },
      ],
      ({ currency }) => currency === "KES",
    ),
  )(
    "[PAY-24] $currency: an invoice with its taxes inside, taken back twice in part and then whole, never above what is left",
    async (by) => {
      const shop = await openShop(by.currency, by.price);
      const jane = await shop.subscribe();
      await shop.ok("POST", `/subscriptions/${jane.subscriptionId}/renew`, { from: "cash" });
      const [invoice] = await shop.documents("tax-invoice", 1);
      const documentId = invoice?.documentId ?? "";
      expect(partsOf(await shop.ok("GET", `/documents/${documentId}`))).toEqual(by.whole);
      const path = `/documents/${documentId}/credit-notes`;
      const back = (amountCents?: number) =>
        shop.call("POST", path, {
          ...(amountCents === undefined ? {} : { amountCents }),
          give: "cash",
          reason: "The line was down",
        });
      const given: Parts[] = [];
      for (const amount of [by.piece, by.piece, undefined]) {
        const left = by.price - given.reduce((sum, note) => sum - note.totalCents, 0);
        expect((await back(left + 1)).body.code).toBe("more-than-left");
        given.push((await back(amount)).body);
        // The tax report takes credit notes off, on paper and in the books; and the sale stays one sale.
        const kept = by.whole.map((whole, at) => given.reduce((sum, note) => sum + (partsOf(note)[at] ?? 0), whole));
        const { rows } = await shop.ok("GET", "/reports/figures?language=en&report=tax");
        const [net, excise, vat, total] = kept;
        const rowsOf = (taxed: string) => rows.filter((row: unknown[]) => row[1] === taxed);
        expect(rowsOf("On documents")).toEqual(
          amount === undefined ? [] : [[expect.any(String), "On documents", total, net, excise, vat]],
        );
        // In the books each part is rounded by itself.
        expect(rowsOf("VAT and excise").map((row: unknown[]) => row[2])).toEqual([total]);
        const revenue = await shop.ok("GET", "/reports/figures?language=en&report=revenue");
        expect(revenue.total.slice(1, 3)).toEqual([1, total]);
        expect(await shop.ok("GET", "/reports/today")).toMatchObject({ payments: 1, takenCents: total });
      }
      expect(given.map(partsOf)).toEqual(by.notes);
      expect((await back()).body.code).toBe("nothing-left");
      const notes = await shop.documents("credit-note", 3);
      expect(notes.map(({ number }) => Number(number.slice(-6))).toSorted()).toEqual([1, 2, 3]);
      // What came in went back, to the cent, in the one list of money received.
      const { items } = await shop.ok("GET", "/money-received/sums");
      expect(items).toEqual([
        { currency: by.currency, amountCents: 0, inCents: by.price, backCents: 0 - by.price, rows: 4 },
      ]);
      // And her number finds them all there, though cash has no receipt.
      expect((await shop.ok("GET", `/money-received?q=${jane.phone}`)).items).toHaveLength(4);
      const [english, swahili] = [
        await shop.paper(documentId, "en", "invoice"),
        await shop.paper(documentId, "sw", "invoice"),
      ];
      expect(english).toContain(by.printed);
      expect(swahili).toContain(by.printed);
      const note = notes.at(-1)?.documentId ?? "";
      await shop.paper(note, "sw", "credit-note");
      expect(await shop.paper(note, "en", "credit-note")).toContain(invoice?.number ?? "no number");
    },
  );

  test("[PAY-24] numbers have no gap: six renewals at once, and three that fail between them", async () => {
    const shop = await openShop("KES", 100_000);
    const lines = await Promise.all(Array.from({ length: 3 }, () => shop.subscribe()));
    const answers = await Promise.all(
      lines.flatMap(({ subscriptionId }) =>
        ["cash", "credit", "cash"].map((from) => shop.call("POST", `/subscriptions/${subscriptionId}/renew`, { from })),
      ),
    );
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(3);
    const issued = await shop.documents("tax-invoice", 6);
    expect(issued.map(({ number }) => Number(number.slice(-6))).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("[PAY-11] [CUS-04] a statement adds up after a deposit that goes back, a credit note and a correction", async () => {
    const shop = await openShop("KES", 99_999);
    const jane = await shop.subscribe();
    const line = `/subscriptions/${jane.subscriptionId}`;
    await shop.ok("POST", "/credits", { phone: jane.phone, amountCents: 500_000 });
    await shop.ok("POST", `${line}/items`, { kind: "deposit", name: "Router", amountCents: 300_000 });
    await shop.ok("POST", `${line}/renew`, { from: "credit" });
    const [invoice] = await shop.documents("tax-invoice", 1);
    expect(invoice?.totalCents).toBe(399_999);
    // The deposit is no supply: only the plan can be taken back.
    const path = `/documents/${invoice?.documentId}/credit-notes`;
    const tooMuch = await shop.call("POST", path, { amountCents: 100_000, give: "credit", reason: "Down" });
    expect(tooMuch.body.code).toBe("more-than-left");
    await shop.ok("POST", path, { amountCents: 33_333, give: "credit", reason: "Down" });
    const { items } = await shop.ok("GET", `${line}/items`);
    const deposit = items.find((one: { kind: string }) => one.kind === "deposit");
    await shop.ok("POST", `${line}/items/${deposit.itemId}/return`, { why: "The router came back" });
    const paid = { kind: "pay-out-credit", phone: jane.phone, amountCents: 10_001, reason: "asked for it" };
    await shop.ok("POST", "/corrections", paid);
    const { statements } = await shop.ok("GET", `/customers/${jane.customerId}/statement`);
    const [{ openingCents, closingCents, rows }] = statements;
    // 5,000.00 - 3,999.99 + 333.33 + 3,000.00 - 100.01
    expect([openingCents, closingCents]).toEqual([0, 423_333]);
    expect(rows.map((row: { amountCents: number }) => row.amountCents)).toEqual([
      500_000, -399_999, 33_333, 300_000, -10_001,
    ]);
    const received = (await shop.ok("GET", "/money-received?sort=booked")).items;
    expect(received.map((row: { kind: string; amountCents: number }) => [row.kind, row.amountCents])).toEqual([
      ["credit", 500_000],
      ["credit", -10_001],
    ]);
  });

  test("[PAY-24] who is not registered for VAT: the paper says so, and neither zero-rated nor exempt", async () => {
    const shop = await openShop("KES", 99_999, false);
    const { items: plans } = await shop.ok("GET", "/plans");
    const planId = plans.find((plan: { name: string }) => plan.name === "Home 10M").planId;
    await shop.ok("PUT", `/plan-taxes/${planId}`, { treatment: "zero-rated" });
    const jane = await shop.subscribe();
    await shop.ok("POST", `/subscriptions/${jane.subscriptionId}/renew`, { from: "cash" });
    const [invoice] = await shop.documents("tax-invoice", 1);
    expect(partsOf(await shop.ok("GET", `/documents/${invoice?.documentId}`))).toEqual([99_999, 0, 0, 99_999]);
    const english = await shop.paper(invoice?.documentId ?? "", "en", "unregistered");
    expect(english).toContain("not registered for VAT");
    expect(english).not.toMatch(/Zero-rated|Exempt|Prices include taxes|Without taxes/);
    const swahili = await shop.paper(invoice?.documentId ?? "", "sw", "unregistered");
    expect(swahili).toContain("hajasajiliwa kwa VAT");
    expect(swahili).not.toContain("Kiwango sifuri");
  });
});
