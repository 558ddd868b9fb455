/**
 * When a purchase's channel is asked about it, as one table: `ask-table.txt`, each purchase at each age, and with the channel's budget free, idle or
 * spent. A change of `ask-policy.ts` shows there, and is read before it is taken over (`npx vitest run -u` with this file).
 */
import { expect, test } from "vitest";
import type { FailureReason } from "../evidence/evidence.ts";
import { type Askable, decideAsk, defaultAskSettings, isUrgent, whoIsNext } from "./ask-policy.ts";

const prompted: Askable = {
  ...{ state: "prompted", reason: null, deniedAgeMs: null, requestId: "ws_CO_1", corroborated: false },
  ...{ unreceipted: false, ageMs: 0, questions: 0, hasParked: false },
};
const failed = (reason: FailureReason, changes: Partial<Askable> = {}): Askable => ({
  ...prompted,
  ...{ state: "failed", reason },
  ...changes,
});
const purchases: Readonly<Record<string, Askable>> = {
  created: { ...prompted, state: "created", requestId: null },
  sending: { ...prompted, state: "sending", requestId: null },
  prompted,
  "prompted, a callback waits": { ...prompted, hasParked: true },
  "prompted, asked once": { ...prompted, questions: 1 },
  "prompted, asked six times": { ...prompted, questions: 6 },
  "prompted, asked eight times, a callback waits": { ...prompted, questions: 8, hasParked: true },
  unknown: { ...prompted, state: "unknown" },
  "unknown, without an id": { ...prompted, state: "unknown", requestId: null },
  "paid, told": { ...prompted, state: "paid" },
  "paid, told, a callback waits": { ...prompted, state: "paid", hasParked: true },
  "paid, proved": { ...prompted, state: "paid", corroborated: true },
  "paid, proved, a callback waits": { ...prompted, state: "paid", corroborated: true, hasParked: true },
  "paid, the receipt to come": { ...prompted, state: "paid_unreceipted", corroborated: true, unreceipted: true },
  "paid, its receipt joined": { ...prompted, state: "paid_unreceipted", corroborated: true },
  cancelled: failed("cancelled"),
  "cancelled, denied early": failed("cancelled", { deniedAgeMs: 149_999, questions: 1 }),
  "cancelled, denied when the prompt was over": failed("cancelled", { deniedAgeMs: 150_000, questions: 1 }),
  "expired, without an id": failed("expired", { requestId: null }),
  "expired, without an id, denied": failed("expired", { requestId: null, deniedAgeMs: 1000 }),
  "refused by the channel": failed("merchant-problem"),
  "refused by the channel, a callback waits": failed("merchant-problem", { hasParked: true }),
  reversed: { ...prompted, state: "reversed" },
};
const agesMs = [
  0, 19_999, 20_000, 45_000, 59_999, 60_000, 150_000, 300_000, 600_000, 4_800_000, 86_399_999, 86_400_000,
];
const budgets = {
  idle: { freeInMs: 0, idle: true },
  free: { freeInMs: 0, idle: false },
  spent: { freeInMs: 7000, idle: false },
} as const;

function decision(purchase: Askable, budget: (typeof budgets)[keyof typeof budgets]): string {
  const { kind, ...rest } = decideAsk(purchase, budget, defaultAskSettings);
  const said = Object.values(rest).map((value) => (value === true ? "for the budget" : String(value)));
  return [kind, ...said].join(" ");
}

test("[PAY-05] when a purchase's channel is asked is as the table says", async () => {
  const sections = Object.entries(purchases).map(([name, purchase]) => {
    const rows = agesMs.map((ageMs) => {
      const [idle, free, spent] = Object.values(budgets).map((budget) => decision({ ...purchase, ageMs }, budget));
      return `  ${ageMs / 1000} s: ${idle}${free === idle ? "" : `; not idle: ${free}`}${spent === free ? "" : `; spent: ${spent}`}`;
    });
    return [name, ...rows].join("\n");
  });
  await expect(`${sections.join("\n\n")}\n`).toMatchFileSnapshot("ask-table.txt");
});

test("who waits is urgent until they are told, and again when they say that they have paid", () => {
  const urgent = (["prompted", "unknown", "paid", "paid_unreceipted", "failed"] as const).map((state) =>
    [null, 5].map((claimedAtMs) => isUrgent({ state, claimedAtMs })),
  );
  expect(urgent).toEqual([
    [true, true],
    [true, true],
    [false, true],
    [false, true],
    [false, true],
  ]);
});

test("the newest who waits for a verdict is asked about next; every fifth time who has waited longest", () => {
  const waiting = [
    { state: "paid", standsSinceMs: 900, waitsSinceMs: 1 },
    { state: "prompted", standsSinceMs: 300, waitsSinceMs: 3 },
    { state: "unknown", standsSinceMs: 500, waitsSinceMs: 2 },
    { state: "prompted", standsSinceMs: 500, waitsSinceMs: 9 },
  ] as const;
  expect([0, 1, 2, 3, 4, 5].map((turn) => whoIsNext(waiting, turn))).toEqual([2, 2, 2, 2, 0, 2]);
  expect(whoIsNext(waiting.slice(0, 1), 0)).toBe(0);
});
