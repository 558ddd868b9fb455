/** What the chaos of real processes (`lab/src/chaos`) injects and judges, in the words of `docs/reliability.md`. */
export const chaosFaults = [
  "hub killed",
  "hub stopped",
  "hub frozen",
  "agent killed",
  "agent stopped",
  "agent frozen",
  "power cut",
  "site's cable",
  "site's blackhole",
  "site's line",
  "hub's cable",
  "hub's blackhole",
  "database's line",
  "channel's line",
  "callbacks' line",
  "database crash",
  "agent's disk",
  "hub's disk",
  "agent's clock",
  "hub's clock",
] as const;

export type ChaosFault = (typeof chaosFaults)[number];

/** By what is read in the end: the hub's books and the channel's, the site's books too, or what the run itself sees. */
export const chaosJudged = {
  atHub: [
    "a receipt is booked once and for what it was, a paid purchase has one grant",
    "each entry sums to zero, and the channel owes what its receipts say",
    "what was shown as paid stays paid",
    "who paid has it, and what was acknowledged is in the books",
    "nothing is sold where no money moved",
    "nobody's money pays for another",
    "each plan is sold for what it costs",
    "the channel's list is the ledger, to the shilling",
  ],
  withSite: [
    "a sale for cash is one sale, and sellers owe what was sold",
    "cash is the same at the site, in the books and in the lists",
    "what an agent answered is in its journal",
    "the hub says the same as the site of each first use and session",
  ],
  byTheRun: ["nothing waits for ever", "who paid is let in, and goes online", "no process ends by itself"],
} as const;
