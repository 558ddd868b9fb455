/** The books, what is due, and documents. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfBooks = {
  "LEDGER-ZERO": {
    "lost-batch-unbooked": {
      what: "Printed codes that are used before a site gives their batch back after a restore are never in the books.",
      patch: {
        file: "cloud/src/money/paper-sales/book-uses.ts",
        from: "  if (rows.length > 0) await bookUses(parts, tx, { providerId, bookedAtMs: nowMs }, rows);\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/operations/restored/take-back.test.ts",
        test: "[VOU-21] a lost batch's codes whose uses were told before it was given back are sold",
      },
      seconds: 37,
      wasMissed: true,
    },
    "commission-rounded-up": {
      what: "A reseller's commissions add up to more than the share.",
      patch: {
        file: "cloud/src/modules/resellers/reseller-policy.ts",
        from: "Math.floor((priceCents * permille) / 1000);",
        to: "Math.round((priceCents * permille) / 1000);",
      },
      foundBy: {
        file: "cloud/src/modules/resellers/resellers.test.ts",
        test: "[VOU-20] a batch is handed over, used codes are owed, returned ones are not, and the books agree to the cent",
      },
      seconds: 37,
    },
    "voucher-sale-unbalanced": {
      what: "The entry of a voucher that was booked before it was a reseller's does not sum to zero.",
      patch: {
        file: "cloud/src/modules/resellers/reseller-policy.ts",
        from: "amountCents: cents(-priceCents) },",
        to: "amountCents: cents(isBooked ? commissionCents - priceCents : -priceCents) },",
      },
      foundBy: {
        file: "cloud/src/modules/resellers/resellers.test.ts",
        test: "[VOU-20] whatever is sold for whatever commission, each entry sums to zero and nobody gets a part of a cent",
      },
      seconds: 31,
    },
    "share-of-refund-kept": {
      what: "A venue keeps, and gets once more, its share of a sale that is refunded.",
      patch: {
        file: "cloud/src/modules/venues/share-policy.ts",
        from: "saleCents < 0 ? 0 - share : share",
        to: "share",
      },
      foundBy: {
        file: "cloud/src/modules/venues/venues.test.ts",
        test: "[TEN-16] whatever is sold and refunded in whatever parts, the venue's share is never below zero and never above its part",
      },
      seconds: 30,
    },
  },
  "BANK-ZERO": {
    "shown-receipt-buys-again": {
      what: "Who shows the receipt of money that names their package, which a restore had lost, gets a second package for it.",
      patch: {
        file: "cloud/src/money/claims/settle-claim.ts",
        from: "(await purchaseNamed(tx, row)) ??\n    named ??",
        to: "named ??",
      },
      foundBy: {
        file: "cloud/src/money/purchases/restored-wallet.test.ts",
        test: "[BEY-29] [PAY-12] who shows the receipt of such money gets the purchase that it names, and no second one",
      },
      seconds: 45,
      wasMissed: true,
    },
    "told-again-buys-again": {
      what: "Money at a site's account number buys a second package, when its channel tells of it again after a restore.",
      patch: {
        file: "cloud/src/money/purchases/adopt-purchase.ts",
        from: "idempotencyKey: note.paidByHand ?? givenBackKey(newId(world))",
        to: "idempotencyKey: givenBackKey(newId(world))",
      },
      foundBy: {
        file: "cloud/src/money/matching/pay-accounts.test.ts",
        test: "[BEY-06] [BEY-29] money that had bought at a site's number before a restore joins that purchase once its site has given it back, and buys no second one",
      },
      seconds: 49,
      wasMissed: true,
    },
    "early-money-twice": {
      what: "Money that came before its purchase was given back after a restore stays in suspense for ever, and its purchase is in the books beside it.",
      patch: {
        file: "cloud/src/money/matching/route-inflow.ts",
        from: "!(isProven && isNamed(decision))",
        to: "!(false && isProven && isNamed(decision))",
      },
      foundBy: {
        file: "cloud/src/money/purchases/restored-wallet.test.ts",
        test: "[BEY-29] [PAY-12] money that came before its purchase was given back joins it by its reference, once it is proved: it is in the books once",
      },
      seconds: 58,
      wasMissed: true,
    },
    "other-accounts-forgotten": {
      what: "Money that moved on to another account at the channel counts as gone, and the day can't be closed.",
      patch: {
        file: "cloud/src/money/reconciliation/account-balance.ts",
        from: "statement.closingCents + Number(held.rows[0]?.cents ?? 0);",
        to: "statement.closingCents;",
      },
      foundBy: {
        file: "cloud/src/money/reconciliation/account-balance.test.ts",
        test: "[BEY-09] money that moved to the organisation's other accounts at M-Pesa is still held there, and what was booked after the statement's end is not counted",
      },
      seconds: 91,
    },
  },
  "DUE-RIGHT": {
    "link-forgets-credit": {
      what: "A payment link asks for more than the reminder that it came with says: the customer's credit is not counted.",
      patch: {
        file: "cloud/src/customer-page/paying/link-routes.ts",
        from: " - (await creditFor(tx, row));",
        to: " - 0 * (await creditFor(tx, row));",
      },
      foundBy: {
        file: "cloud/src/customer-page/services/services.test.ts",
        test: "[PAY-13] a link asks for what credit does not pay, as the reminder that it came with says",
      },
      seconds: 24,
    },
    "fee-asked-twice": {
      what: "A fee whose answer was lost is added to the line a second time.",
      patch: {
        file: "cloud/src/money/subscriptions/item-routes.ts",
        from: "          if (same !== undefined) {\n",
        to: "          if (same !== undefined && same.idempotencyKey !== key) {\n",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/subscriptions.test.ts",
        test: "[CUS-20] [SYS-16] a fee whose answer was lost is asked for once, also where its hub died before it kept the answer",
      },
      seconds: 49,
      wasMissed: true,
    },
    "charged-again-after-a-death": {
      what: "A renewal whose answer was lost with its process is charged a second time when it is asked for again.",
      patch: {
        file: "cloud/src/money/subscriptions/charge-subscription.ts",
        from: "): string => `subscription:${row.subscriptionId}:${key}`;",
        to: "): string => `subscription:${row.subscriptionId}:${row.periods}/${key}`;",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/subscriptions.test.ts",
        test: "[CUS-04] the same request twice is charged once; a step that fails leaves no money, no time and no word to the site behind",
      },
      seconds: 38,
    },
    "period-charged-twice": {
      what: "A provider is charged for the rest of a month that it has been charged for.",
      patch: {
        file: "cloud/src/modules/platform-billing/subscription-policy.ts",
        from: "isFirst || last >= running ? 0",
        to: "isFirst ? 0",
      },
      foundBy: {
        file: "cloud/src/modules/platform-billing/subscription-policy.test.ts",
        test: "[TEN-06] whatever happens: nobody is charged twice or in the trial, and nothing stops without three notices and their fourteen days",
      },
      seconds: 4,
    },
    "promise-forgotten": {
      what: "Who promised to pay is cut off at the end.",
      patch: {
        file: "cloud/src/money/subscriptions/subscription-policy.ts",
        from: "Math.max(endMs + rules.graceSeconds * 1000, promisedUntilMs ?? 0);",
        to: "endMs + rules.graceSeconds * 1000;",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/subscription-policy.test.ts",
        test: "a promise reaches further",
      },
      seconds: 4,
    },
    "bridge-after-cancel": {
      what: "A line that its customer ended is served past its end.",
      patch: {
        file: "cloud/src/money/subscriptions/subscription-policy.ts",
        from: "Math.max(paidUntilOf(paid), cancelAtEnd ? 0 : (bridgedUntilMs ?? 0));",
        to: "Math.max(paidUntilOf(paid), bridgedUntilMs ?? 0);",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/subscription-policy.test.ts",
        test: "between the end and the charge nobody is cut off, is late or begins anew, where credit covers it; who cancels meanwhile has no such time",
      },
      seconds: 3,
    },
    "month-end-drifts": {
      what: "A line of 31 January is due on 3 March.",
      patch: {
        file: "cloud/src/money/subscriptions/period-arithmetic.ts",
        from: "const day = Math.min(local.getUTCDate(), lastDay);",
        to: "const day = local.getUTCDate();",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/period-arithmetic.test.ts",
        test: "a month's end comes back",
      },
      seconds: 3,
    },
    "late-by-a-second-early": {
      what: "A renewal in the last moment of the grace begins a new month.",
      patch: {
        file: "cloud/src/money/subscriptions/period-arithmetic.ts",
        from: "const anchorMs = nowMs > overMs ? nowMs : letInAgainMs;",
        to: "const anchorMs = nowMs >= overMs ? nowMs : letInAgainMs;",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/period-arithmetic.test.ts",
        test: "early renewal and renewal in grace go on from the end; a late one begins anew",
      },
      seconds: 3,
    },
    "used-data-given-back": {
      what: "Who used up the data changes to a cheaper plan and gets it paid back.",
      patch: {
        file: "cloud/src/money/subscriptions/period-arithmetic.ts",
        from: "return here + before + heldBackCents(paid, change);",
        to: "return here + before;",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/period-arithmetic.test.ts",
        test: "what was used up of a period does not come back, and a cheaper plan costs nothing; periods ahead come back whole",
      },
      seconds: 2,
    },
    "pause-of-the-past": {
      what: "A pause after the end gives days that nobody paid for.",
      patch: {
        file: "cloud/src/money/subscriptions/period-arithmetic.ts",
        from: "  if (fromMs >= paidUntilOf(paid)) return paid;\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/money/subscriptions/period-arithmetic.test.ts",
        test: "a pause gives back exactly its time, and none that was not paid",
      },
      seconds: 2,
    },
  },
  "PAPER-RIGHT": {
    "vat-rounded-down": {
      what: "Net amounts are rounded down, so that VAT is a cent too much.",
      patch: {
        file: "cloud/src/money/tax/tax-arithmetic.ts",
        from: "Number((2n * whole + over) / (2n * over))",
        to: "Number(whole / over)",
      },
      foundBy: {
        file: "cloud/src/money/tax/tax-arithmetic.test.ts",
        test: "by hand: KSh 1,334 with 16 % VAT on 15 % excise is 1,000 net",
      },
      seconds: 4,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
