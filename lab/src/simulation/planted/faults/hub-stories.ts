/** What the hub does with money, with the hands of staff, and with codes that walk between sites, seen by stories with a hub. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfHubStories = {
  "NO-GIFT": {
    "used-elsewhere-again": {
      what: "The time online that a code was used for at one site is whole again at the next.",
      patch: {
        file: "protocol/src/terms-left.ts",
        from: "Math.max(0, useSeconds - use.usedSeconds)",
        to: "useSeconds",
      },
      foundBy: { stories: "roaming", seed: 972_000_000 },
      seconds: 60,
    },
    "moved-end-forgotten": {
      what: "What was bought has no end any more when it moves to another site.",
      patch: {
        file: "cloud/src/catalogue/leases/grant-lease-policy.ts",
        from: "endsAtMs: use.endsAtMs ?? endsAtMs",
        to: "endsAtMs",
      },
      foundBy: { stories: "roaming", seed: 972_000_000 },
      seconds: 60,
    },
  },
  "NO-THEFT": {
    "restored-hub-believed-at-once": {
      what: "A site throws away at once what a restored hub does not know.",
      patch: {
        file: "agent/src/sync/feed-receiver.ts",
        from: "const restored = feed.generation !== null && feed.generation !== generation;",
        to: "const restored = false;",
      },
      foundBy: { stories: "hubs", seed: 981_000_142 },
      seconds: 4,
    },
    "own-clock-believed": {
      what: "A process of the hub goes by its machine's clock, 45 minutes off the database's, and its sites by that.",
      patch: {
        file: "cloud/src/ground/db/hub-clock.ts",
        from: "if (agree(own.atMs, databaseMs, vagueMs)) return own;",
        to: "if (agree(own.atMs, databaseMs, vagueMs) || databaseMs > 0) return own;",
      },
      foundBy: { stories: "roaming", seed: 639_285_714 },
      seconds: 20,
    },
    "holder-at-another-process": {
      what: "A code is refused where the site that holds it is linked to another process of the hub: nobody asks it.",
      patch: {
        file: "cloud/src/fleet/link/site-calls.ts",
        from: 'if (stopped || database.engine === "embedded") throw away();',
        to: "throw away();",
      },
      foundBy: { stories: "roaming", seed: 986_100_008 },
      seconds: 20,
    },
  },
  "PROVED-ONLY": {
    "told-credit-proved": {
      what: "Credit of a payment that nobody has proved pays a package for good.",
      patch: {
        file: "cloud/src/money/receipts/told-credit.ts",
        from: "provedCents: Math.max(0, creditCents - toldCents)",
        to: "provedCents: creditCents",
      },
      foundBy: { stories: "hubs", seed: 953_900_001 },
      seconds: 40,
    },
  },
  "MONEY-ONCE": {
    "commission-kept": {
      what: "A seller keeps the commission of a sale whose money went back.",
      patch: {
        file: "cloud/src/money/refunds/refunds.ts",
        from: "    await takeCommissionBack(parts, tx, done);\n",
        to: "",
      },
      foundBy: { stories: "hubs", seed: 524_000_392 },
      seconds: 210,
    },
    "second-hand-in-refused": {
      what: "What a seller brings a second time is refused: all that one seller hands in has one name in the books.",
      patch: {
        file: "cloud/src/money/sellers/hand-in.ts",
        from: "`seller-${verb}:${sellerId}:${move.idempotencyKey}`",
        to: "`seller-${verb}:${sellerId}`",
      },
      foundBy: { stories: "hubs", seed: 763_000_033 },
      seconds: 41,
    },
    "reversal-unsold": {
      what: "What the channel gave back is taken out of what was earned, and stands in no list of what was given back.",
      patch: {
        file: "cloud/src/money/receipts/receipt-entries.ts",
        from: '{ account: "refunds", currency, amountCents: cents(isReversed ? planCents : 0) },',
        to: '{ account: "revenue", currency, amountCents: cents(isReversed ? planCents : 0) },',
      },
      foundBy: { stories: "hubs", seed: 762_000_007 },
      seconds: 92,
    },
  },
  "DUE-RIGHT": {
    "grace-untold": {
      what: "A site is not told of a line's grace, and cuts off who has not paid at once.",
      patch: {
        file: "cloud/src/money/subscriptions/subscription-policy.ts",
        from: "graceUntilMs: inTimeUntilOf(facts),",
        to: "graceUntilMs: paidUntilMs,",
      },
      foundBy: { stories: "hubs", seed: 763_000_033 },
      seconds: 19,
    },
    "second-day-lost": {
      what: "A line's second day is paid for and not booked: all its days have one name in the books.",
      patch: {
        file: "cloud/src/money/subscriptions/charge-subscription.ts",
        from: "`subscription:${row.subscriptionId}:${key}`",
        to: "`subscription:${row.subscriptionId}:renewal`",
      },
      foundBy: { stories: "hubs", seed: 763_000_008 },
      seconds: 18,
    },
  },
  "LEDGER-ZERO": {
    "hand-in-to-expenses": {
      what: "Cash that a seller brings is booked as an expense.",
      patch: {
        file: "cloud/src/money/sellers/hand-in.ts",
        from: '([float, "cash"] as const)',
        to: '([float, "expenses"] as const)',
      },
      foundBy: { stories: "hubs", seed: 524_000_030 },
      seconds: 40,
    },
  },
  HEARD: {
    "failed-update-untold": {
      what: "A release of the agent hangs and is taken back, and nobody hears of it.",
      patch: {
        file: "agent/src/updates/updates.ts",
        from: '      report("update-failed", step.target, step.why);\n',
        to: "",
      },
      foundBy: { stories: "hubs", seed: 1_007_000_931 },
      seconds: 20,
    },
  },
  "ONE-TRUTH": {
    "goes-on-untold": {
      what: "A package is bought anew, and its site does not know that it goes on from the one before.",
      patch: {
        file: "cloud/src/catalogue/grants/purchase-grant.ts",
        from: "renewsGrantId: purchase.renewsGrantId ?? null,",
        to: "renewsGrantId: null,",
      },
      foundBy: { stories: "hubs", seed: 763_000_033 },
      seconds: 17,
    },
    "kept-unsettled": {
      what: "A site is told of what a seller handed in, and not of what the seller keeps.",
      patch: {
        file: "cloud/src/money/sellers/sellers.ts",
        from: "cents(site.handedInCents + commission)",
        to: "cents(site.handedInCents)",
      },
      foundBy: { stories: "hubs", seed: 763_000_033 },
      seconds: 17,
    },
    "off-untold": {
      what: "Staff switch a customer off, and the site is not told.",
      patch: {
        file: "cloud/src/catalogue/grants/suspend-grants.ts",
        from: '    await publish(tx, { providerId, target: { scope: "site", siteId }, kind: "grant", key: leaseId, body });\n',
        to: "",
      },
      foundBy: { stories: "hubs", seed: 524_000_013 },
      seconds: 223,
    },
    "less-kept-untold": {
      what: "A sale is given back, and its site goes on as if the seller had kept the whole commission.",
      patch: {
        file: "cloud/src/money/refunds/commission-back.ts",
        from: "  if (keptCents !== sale.commissionCents) await parts.sellers.tell(tx, sale.sellerId, sale.siteId);\n",
        to: "",
      },
      foundBy: {
        file: "cloud/src/money/refunds/commission-back.test.ts",
        test: "they owe all that they took, and the site knows",
      },
      seconds: 26,
      wasMissed: true,
    },
  },
} satisfies Readonly<Partial<Record<PromiseName, PlantedFaults>>>;
