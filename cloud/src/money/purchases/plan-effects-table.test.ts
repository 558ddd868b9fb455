/**
 * What is written of each decision about a purchase, as one table: `plan-effects-table.txt`, with the purchase's customer having credit, or owing
 * something, and out of credit. As `transition/decision-table.test.ts` has it of the decisions.
 */
import { expect, test } from "vitest";
import type { Party } from "../../ground/amounts/parties.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { type EffectPlan, planEffects } from "./plan-effects.ts";
import type { LoadedPurchase } from "./purchase-rows.ts";
import type { Effect, KnownReceipt, Purchase } from "./transition/purchase-facts.ts";
import { besidesOf, facts, purchases, short } from "./transition/test-decisions.ts";
import { transition } from "./transition/transition.ts";

const party = "payer" as Party;
const balances = {
  "2500 of credit": { credit: -2500, debts: 0 },
  "owes 700": { credit: 0, debts: 700 },
  "of a number that nobody knows": null,
};

const loaded = (purchase: Purchase, paidFrom: "credit" | null, phoneHash: Party | null): LoadedPurchase =>
  ({
    ...{ providerId: "p1", channelId: "c1", siteId: "s1", currency: "KES", phoneHash },
    ...{ purchaseId: purchase.purchaseId, amountCents: purchase.amountCents, corroborated: purchase.verified },
    channel: { facts: { rail: "mpesa", paidFrom } },
  }) as unknown as LoadedPurchase;

/** As the books have it: what pays the purchase is the plan's, anything else its customer's credit. */
function rowOf(before: Purchase, receipt: string, known: KnownReceipt): [string, ReceiptRow] {
  const { amountCents, state, verified, purchaseId, source } = known;
  const planCents =
    state === "suspense" ? 0 : receipt === before.receipt ? Math.min(amountCents, before.amountCents) : 0;
  const suspenseCents = state === "suspense" ? amountCents : 0;
  const money = { amountCents, planCents, suspenseCents, creditCents: amountCents - planCents - suspenseCents };
  const proof = { corroborated: verified, provedBy: verified ? "pull" : null };
  const row = { receipt, rail: "mpesa", channelId: "c1", party: null, returnedCents: 0, returnedPlanCents: 0 };
  return [receipt, { ...row, ...money, ...proof, state, source, purchaseId } as unknown as ReceiptRow];
}

function written(plan: EffectPlan): string[] {
  const entries = plan.entries.map(({ party: of, entry, received }) => {
    const postings = entry.postings.map(({ account, amountCents }) => `${account} ${amountCents}`).join(", ");
    const listed = received === null ? "" : ` listed ${short(received)}`;
    return `${entry.kind} ${entry.entryKey}${of === party ? "" : ` of ${of}`}: ${postings}${listed}`;
  });
  const receipts = plan.receipts.map((change) =>
    change.kind === "set"
      ? `${change.receipt} ${short(change.changes)}`
      : `${change.receipt} new, by entry ${change.entry} ${short(change.row)}`,
  );
  const { toldCreditCents, replaced, returnsCredit, asks, refundedTwiceCents } = plan;
  const rest = short({ toldCreditCents, returnsCredit, asks, refundedTwiceCents });
  const instead = replaced.map((each) => `instead ${short(each)}`);
  return [
    ...entries,
    ...receipts,
    ...plan.grantSteps.map(({ kind }) => kind),
    ...instead,
    ...(rest === "{}" ? [] : [rest]),
  ];
}

/** Of each decision, the first purchase that it is made of. */
function* decisions(): Generator<{ before: Purchase; effects: readonly Effect[]; rows: [string, ReceiptRow][] }> {
  const seen = new Set<string>();
  for (const before of Object.values(purchases))
    for (const fact of Object.values(facts))
      for (const { usual, unusual } of besidesOf(fact))
        for (const [, beside] of [usual, ...unusual]) {
          const { effects } = transition(before, fact, beside);
          if (effects.every(({ kind }) => kind === "ask")) continue;
          const { known, others } = beside;
          const named = "receipt" in fact && known !== null ? [rowOf(before, fact.receipt as string, known)] : [];
          const rows = [...named, ...others.map((other) => rowOf(before, other.receipt, other))];
          const own = before.receipt === null || rows.some(([receipt]) => receipt === before.receipt);
          const booked = { purchaseId: "i1", state: "booked", source: "stk-callback" } as const;
          const amountCents = before.askedCents;
          if (!own)
            rows.push(rowOf(before, before.receipt as string, { ...booked, amountCents, verified: before.verified }));
          const key = JSON.stringify([effects, before.amountCents, before.verified, rows]);
          if (seen.has(key)) continue;
          seen.add(key);
          yield { before, effects, rows };
        }
}

test("[BEY-05] [PAY-04] what is written of each decision is as the table says", async () => {
  const found = new Set<string>();
  for (const { before, effects, rows } of decisions())
    for (const [has, money] of Object.entries(balances))
      for (const paidFrom of has === "2500 of credit" ? [null, "credit" as const] : [null]) {
        const owner = money === null ? null : party;
        const books = { receipts: new Map(rows), balances: new Map(money === null ? [] : [[party, money] as const]) };
        const lines = written(planEffects(loaded(before, paidFrom, owner), effects, books));
        const what = effects.map(({ kind, ...of }) => `${kind}${short(of)}`).join(" ");
        found.add([`${has}${paidFrom === null ? "" : ", out of it"}: ${what}`, ...lines].join("\n  "));
      }
  await expect(`${[...found].join("\n")}\n`).toMatchFileSnapshot("plan-effects-table.txt");
});
