/**
 * Whose money it is, as one table: `inflow-table.txt`, each account text from each payer, beside what is known. A change of `inflow-policy.ts` shows
 * there, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { cents } from "@karibu/protocol/quantities";
import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Inflow, Payer } from "../evidence/inflow.ts";
import { decideInflow, isOfPrompt, type Known, type OpenPurchase, type PayAccount } from "./inflow-policy.ts";

const paidAtMs = Date.UTC(2026, 10, 20, 8);
const minuteMs = 60_000;
const [sara, juma] = ["sara" as Party, "juma" as Party];

const bought: OpenPurchase = {
  ...{ purchaseId: "of Sara", reference: "K7Q2M9XW", amountCents: 5000, party: sara, phoneMasked: "2547***111" },
  ...{ sentAtMs: paidAtMs - 2 * minuteMs, hasReceipt: false, customerName: "Sara Wanjiku" },
};
const others: OpenPurchase = {
  ...bought,
  ...{ purchaseId: "of Juma", reference: "X9W4T6RP", party: juma, phoneMasked: "2547***222", customerName: "Juma Ali" },
};
const account: PayAccount = { accountKey: "10017", kind: "customer", party: sara, siteId: null, planId: null };
const ofSite: PayAccount = { accountKey: "50025", kind: "site", party: null, siteId: "s1", planId: null };
const accounts = [account, ofSite];
const knowing = (purchases: OpenPurchase[], more: Partial<Known> = {}): Omit<Known, "payer"> => ({
  ...{ purchases, isCut: false, accounts, typed: null },
  ...more,
});
const known: Readonly<Record<string, Omit<Known, "payer">>> = {
  "two open purchases": knowing([bought, others]),
  "nothing open": knowing([]),
  "Sara's, asked for 16 minutes ago": knowing([{ ...bought, sentAtMs: paidAtMs - 16 * minuteMs }]),
  "Sara's, asked for 15 minutes ago": knowing([{ ...bought, sentAtMs: paidAtMs - 15 * minuteMs }]),
  "Sara's, asked for 61 s later": knowing([{ ...bought, sentAtMs: paidAtMs + 61_000 }]),
  "Sara's, asked for 60 s later": knowing([{ ...bought, sentAtMs: paidAtMs + 60_000 }]),
  "Sara's, paid already": knowing([{ ...bought, hasReceipt: true }]),
  "Sara's, of another amount": knowing([{ ...bought, amountCents: 4000 }]),
  "two of Sara's": knowing([bought, { ...bought, purchaseId: "Sara's second", reference: "R2R3R4R6" }]),
  "more than are listed": knowing([bought], { isCut: true }),
  "Sara's, without a name": knowing([{ ...bought, customerName: null }]),
  "Sara's, by half a name": knowing([{ ...bought, customerName: "Sara" }]),
  "Sara's phone was typed": knowing([others], { typed: sara }),
};

const payers: Readonly<Record<string, [Payer, Party | null, string | null]>> = {
  "Sara's phone": [{ kind: "phone", phone: "254712000111" }, sara, null],
  "half of Sara's number, with her name": [{ kind: "mask", start: "2547", end: "111" }, null, "WANJIKU SARA NJERI"],
  "half of Sara's number": [{ kind: "mask", start: "2547", end: "111" }, null, null],
  nobody: [{ kind: "none" }, null, null],
};
const accountTexts = ["", "K7Q2-M9XW", "K7Q2M9XV", "K7QZM9XW", "10017", "1OO17", "10018", "50025", "0712000111"];

function row(accountText: string, payer: keyof typeof payers & string, what: Omit<Known, "payer">, isSure: boolean) {
  const [shown, party, payerName] = payers[payer] as (typeof payers)[string];
  const inflow: Inflow = {
    ...{ source: "c2b-confirmation", trust: "pushed", receipt: "R1", amountCents: cents(5000), accountText },
    ...{ payer: shown, payerName, paidAtMs, shortcode: null },
  };
  const found = decideInflow(inflow, { ...what, payer: party }, isSure);
  if (found.kind === "purchase") return `purchase ${found.purchaseId}, by ${found.rule}`;
  if (found.kind === "account") return `account ${found.account.accountKey} of ${found.party}, by ${found.rule}`;
  if (found.kind === "credit") return `credit of ${found.party}, by ${found.rule}`;
  const suggested = found.suggestions.map(({ id, because }) => `${id} (${because})`).join(", ");
  return `suspense: ${found.why}${suggested === "" ? "" : `; ${suggested}`}`;
}

test("[BEY-06] whose money it is is as the table says", async () => {
  const sections = Object.entries(known).flatMap(([beside, what]) =>
    Object.keys(payers).map((payer) => {
      const rows = accountTexts.map((text) => {
        const [sure, unsure] = [true, false].map((isSure) => row(text, payer, what, isSure));
        return {
          text: text === "" ? "no account" : text,
          result: `${sure}${unsure === sure ? "" : `\n      by a clock that is not sure: ${unsure}`}`,
        };
      });
      const same = Map.groupBy(rows, ({ result }) => result);
      const lines = [...same].map(([result, of]) => `  ${of.map(({ text }) => text).join(" | ")}: ${result}`);
      return [`${beside}; from ${payer}`, ...lines].join("\n");
    }),
  );
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("inflow-table.txt");
});

test("a prompt is paid from a minute before it was asked for to a quarter of an hour after it", () => {
  const is = (afterMs: number, bookedAtMs = 0) => isOfPrompt(1e12, { paidAtMs: 1e12 + afterMs, bookedAtMs });
  expect([-60_001, -60_000, 900_000, 900_001].map((afterMs) => is(afterMs))).toEqual([false, true, true, false]);
  expect(isOfPrompt(1e12, { paidAtMs: null, bookedAtMs: 1e12 + 5 })).toBe(true);
});
