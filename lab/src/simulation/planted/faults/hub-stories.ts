/** What the hub does with money and with the hands of staff, seen by stories with a hub. */
import type { PlantedFaults, PromiseName } from "../fault.ts";

export const faultsOfHubStories = {
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
  },
  "LEDGER-ZERO": {
    "hand-in-to-expenses": {
      what: "Cash that a seller brings is booked as an expense.",
      patch: {
        file: "cloud/src/money/sellers/hand-in.ts",
        from: '([float, "cash"] as const)',
        to: '([float, "expenses"] as const)',
      },
      foundBy: { stories: "hubs", seed: 524_000_006 },
      seconds: 159,
    },
  },
  "ONE-TRUTH": {
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
