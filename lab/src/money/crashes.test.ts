import { price } from "@karibu/cloud/money/purchases/test-purchase";
import { isLongRun } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { Prompt } from "../daraja/daraja-types.ts";
import {
  balancesOf,
  type Disk,
  emptyDisk,
  type Fact,
  heldCents,
  phone,
  reference,
  sentAtMs,
  walletCents,
  walletDisk,
} from "./test-crash-disk.ts";
import { Crash, createHub } from "./test-crash-model.ts";

const requestId = "ws_CO_1";
const promptOf = (amountCents: number): Prompt => ({
  merchantRequestId: "m1",
  checkoutRequestId: requestId,
  msisdn: phone,
  amount: amountCents / 100,
  shortcode: "174379",
  business: "RunningDaraja",
  accountReference: reference,
  description: "1 day",
  callbackUrl: "",
  stamp: "20261120120000",
  openedAtMs: sentAtMs,
  result: null,
  ignored: false,
  deliveries: [],
});

/** What really happened at the channel. */
type Fate = "paid" | "paid-after-cancelled" | "reversed" | "cancelled" | "unreachable";
const moved = (fate: Fate) => fate === "paid" || fate === "paid-after-cancelled" || fate === "reversed";

/** What is reported of a prompt for this sum, truly and falsely. */
function reportsOf(amountCents: number) {
  const prompt = promptOf(amountCents);
  const amount = `${amountCents / 100}.00`;
  const callback = (code: string, receipt: string | null, shape?: Parameters<typeof callbackBody>[2]): Fact => ({
    source: "stk-callback",
    key: "secret",
    body: callbackBody(prompt, { code, text: "as it came", receipt }, shape),
  });
  const confirmation: Fact = {
    source: "c2b-confirmation",
    key: "UKK0000001",
    body: JSON.stringify({
      TransactionType: "Pay Bill",
      TransID: "UKK0000001",
      TransTime: "20261120120020",
      TransAmount: amount,
      BusinessShortCode: "174379",
      BillRefNumber: reference,
      MSISDN: "2547 ***** 111",
      FirstName: "JANE",
    }),
  };
  const listed: Fact = {
    source: "pull",
    key: "UKK0000001",
    body: JSON.stringify({ transactionId: "UKK0000001", amount, billreference: reference, msisdn: 711000111 }),
  };
  const statement: Fact = {
    source: "statement",
    key: "UKK0000001",
    body: JSON.stringify({
      source: "statement",
      trust: "fetched",
      receipt: "UKK0000001",
      amountCents,
      accountText: reference,
      payer: "",
      payerName: null,
      paidAtMs: sentAtMs,
      shortcode: null,
    }),
  };
  return {
    amountCents,
    callback,
    paidCallback: callback("0", "UKK0000001"),
    failedCallback: (fate: Fate) => callback(fate === "unreachable" ? "1037" : "1032", null),
    confirmation,
    /** A stranger pays the same sum by hand at that time; the digits that are shown of the number are the same. */
    strangers: {
      ...confirmation,
      key: "UKS0000001",
      body: confirmation.body.replace("UKK0000001", "UKS0000001").replace(reference, "wifi").replace("JANE", "MARY"),
    },
    listed,
    statement,
    /** Right in everything but that the channel knows no such receipt, as it says when it is asked. */
    forgery: callback("0", "UKF0000001"),
    /** The same, as a confirmation: who knows both addresses sends both, and has proved nothing. */
    forgedConfirmation: {
      ...confirmation,
      key: "UKF0000001",
      body: confirmation.body.replace("UKK0000001", "UKF0000001"),
    },
  };
}

/** The prompt asked for the whole price. */
const whole = { start: emptyDisk, reports: reportsOf(price) };
/** The customer has credit, of which the purchase holds 20 shillings: the prompt asked for the rest. */
const inPart = { start: walletDisk, reports: reportsOf(price - heldCents) };

const disproof: Fact = {
  source: "silence",
  key: "i1/disproof",
  body: JSON.stringify({ kind: "disproof", source: "transaction-status", receipt: "UKF0000001", why: "2032" }),
};
const accepted: Fact = {
  source: "push-answer",
  key: "i1",
  body: JSON.stringify({ status: 200, body: JSON.stringify({ ResponseCode: "0", CheckoutRequestID: requestId }) }),
};
const answerLost: Fact = { ...accepted, body: JSON.stringify({ status: 500, body: "" }) };

/** What can reach the hub, in any order and number. A forgery knows the path, and not everything else. */
const arrivals = [
  "accepted",
  "answer-lost",
  "callback",
  "failed-callback",
  "odd-callback",
  "confirmation",
  "list",
  "statement",
  "reversal",
  "question",
  "late-question",
  "wrong-amount",
  "other-id",
  "unknown-code",
  "not-json",
  "no-receipt",
  "forgery",
  "forged-confirmation",
  "stranger",
  "renewal",
] as const;
type Arrival = (typeof arrivals)[number];

/**
 * Provenance holds after each commit: only what the channel's list or statement has named is proved, what is pending is what the
 * purchase says, and nothing is revenue before it is proved.
 */
function checkProvenance({ purchase, books, rows, entries }: Disk): void {
  const proving = rows.filter(({ source }) => source === "pull" || source === "statement").map(({ key }) => key);
  for (const [receipt, { verified }] of books) if (verified) expect(proving).toContain(receipt);
  const { pending = 0, revenue = 0 } = balancesOf({ entries });
  expect(pending + purchase.pendingCents).toBe(0);
  // A renewal out of proved credit is the only other revenue here.
  const renewed = entries.has("renewal") ? renewedCents({ entries }) : 0;
  if (!purchase.verified) expect(revenue + renewed).toBe(0);
}

/**
 * @param room has the hourly limit of unverified money room left, at this arrival? Later arrivals, and the end: the last one's.
 * @param canAsk false: M-Pesa refuses the initiator, so nobody can be asked about a receipt
 */
function play(
  fate: Fate,
  order: readonly Arrival[],
  deaths: ReadonlySet<number>,
  repeats: boolean,
  room: readonly boolean[] = [true],
  canAsk = true,
  { start, reports }: typeof whole = whole,
): Disk {
  const { callback, confirmation, listed, statement } = reports;
  const mayTrust = () => room[Math.min(at, room.length - 1)] ?? true;
  let at = 0;
  const disk = { now: start };
  let steps = 0;
  const step = () => {
    if (deaths.has(steps++)) throw new Crash();
  };
  const hub = () => createHub(disk, step, mayTrust);
  const answer = (id: string) => {
    if (id !== requestId)
      return { status: 400, body: '{"errorCode":"400.002.02","errorMessage":"Invalid CheckoutRequestID"}' };
    const ResultCode = moved(fate) ? "0" : fate === "unreachable" ? "1037" : "1032";
    return { status: 200, body: JSON.stringify({ ResponseCode: "0", ResultCode, ResultDesc: "as asked" }) };
  };
  /** One arrival; what was in the dead process' hands is lost, unless its sender asks again. */
  const once = (what: () => void) => {
    for (;;) {
      try {
        return what();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        if (!repeats) return;
      }
    }
  };
  const act: Record<Arrival, () => void> = {
    accepted: () => hub().takeFetched(accepted),
    "answer-lost": () => hub().takeFetched(answerLost),
    callback: () => moved(fate) && hub().take(reports.paidCallback),
    "failed-callback": () =>
      (fate === "paid-after-cancelled" || !moved(fate)) && hub().take(reports.failedCallback(fate)),
    "odd-callback": () => moved(fate) && hub().take(callback("0", "UKK0000001", "odd")),
    confirmation: () => moved(fate) && hub().take(confirmation),
    list: () => moved(fate) && hub().takeFetched(listed),
    statement: () => moved(fate) && hub().takeFetched(statement),
    reversal: () => fate === "reversed" && hub().takeReversal("UKK0000001"),
    question: () => hub().ask(400, answer),
    "late-question": () => hub().ask(5_000, answer),
    "wrong-amount": () => hub().take(callback("0", "UKK0000666", "less")),
    "other-id": () => hub().take(callback("0", "UKK0000667", "other-id")),
    "unknown-code": () => hub().take(callback("7777", null)),
    "not-json": () => hub().take({ ...reports.paidCallback, body: "{" }),
    "no-receipt": () => moved(fate) && hub().take(callback("0", "")),
    forgery: () => hub().take(reports.forgery),
    "forged-confirmation": () => hub().take(reports.forgedConfirmation),
    // Something else spends what the customer has: as much as it may.
    renewal: () => start === walletDisk && hub().spendCredit(),
    stranger: () => hub().take(reports.strangers),
  };
  for (const each of order) {
    once(() => void act[each]());
    once(() => hub().work());
    checkProvenance(disk.now);
    at++;
  }
  // The dust settles: the jobs left over run, the list and the statement are read, the last questions are put.
  const settled = createHub(disk, () => {}, mayTrust);
  settled.work();
  for (const each of ["list", "statement"] as const)
    act[each] && moved(fate) && settled.takeFetched(each === "list" ? listed : statement);
  if (fate === "reversed") settled.takeReversal("UKK0000001");
  for (const ageMs of [2_000, 6_000, 30_000]) settled.ask(ageMs, answer);
  settled.work();
  // An hour later, who is in the books on a callback's word alone is asked about.
  if (canAsk && disk.now.books.has("UKF0000001")) settled.takeFetched(disproof);
  settled.work();
  checkProvenance(disk.now);
  return disk.now;
}

/** What the renewal spent. */
const renewedCents = ({ entries }: Pick<Disk, "entries">): number =>
  (entries.get("renewal") ?? []).reduce(
    (sum, { account, amountCents }) => sum + (account === "credit" ? amountCents : 0),
    0,
  );

const withoutZeros = (sums: Record<string, number>) =>
  Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));

const cases = fc.record({
  fate: fc.constantFrom<Fate>("paid", "paid", "paid-after-cancelled", "reversed", "cancelled", "unreachable"),
  order: fc.array(fc.constantFrom(...arrivals), { maxLength: 14 }),
  deaths: fc.uniqueArray(fc.nat(160), { maxLength: 8 }),
  room: fc.oneof(fc.constant([true]), fc.constant([false]), fc.array(fc.boolean(), { minLength: 1, maxLength: 14 })),
});

test("[BEY-05] any multiset and order of evidence, money of a masked stranger among it, with crashes between any two steps and the hourly limit full at any time, ends as what really happened: one receipt credited once, journals at zero", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ fate, order, deaths, room }, repeats) => {
      const disk = play(fate, order, new Set(deaths), repeats, room);
      for (const lines of disk.entries.values()) {
        expect(lines.reduce((sum, line) => sum + line.amountCents, 0)).toBe(0);
      }
      expect(disk.jobs).toEqual([]);
      expect(disk.rows.filter((row) => row.state === "new")).toEqual([]);
      const { UKF0000001: forged, UKS0000001: strange, ...receipts } = Object.fromEntries(disk.books);
      // Whoever's it is, it is nobody's who only looks alike; a death before it was stored can lose it.
      if (strange !== undefined) expect(strange).toMatchObject({ state: "suspense", purchaseId: null });
      const balancesHere = () => {
        const { clearing = 0, suspense = 0, ...others } = balancesOf(disk);
        const loose = strange === undefined ? 0 : price;
        return withoutZeros({ ...others, clearing: clearing - loose, suspense: suspense + loose });
      };
      if (forged !== undefined) expect(forged).toMatchObject({ state: "disproved", verified: false });
      if (!moved(fate)) {
        expect(receipts).toEqual({});
        expect(balancesHere()).toEqual({});
        // A forgery that came while too much was unverified opened nothing.
        if (disk.grant !== null) expect(disk.grant).toMatchObject({ revoked: true });
        if (forged === undefined) expect(disk.grant).toBeNull();
        expect(disk.grant === null ? ["failed", "unknown"] : ["disproved"]).toContain(disk.purchase.state);
        return;
      }
      expect(Object.keys(receipts)).toEqual(["UKK0000001"]);
      expect([...disk.entries.keys()].filter((key) => key === "receipt:mpesa:UKK0000001")).toHaveLength(1);
      // What went back before it was proved had opened nothing.
      const { grant } = disk;
      if (fate === "reversed" && grant === null) {
        expect(disk.purchase).toMatchObject({ state: "reversed", receipt: "UKK0000001", verified: true });
        expect(balancesHere()).toEqual({});
        return;
      }
      expect(disk.grantsOpened).toBe(1);
      if (fate !== "reversed") {
        expect(disk.purchase).toMatchObject({ state: "paid", receipt: "UKK0000001", verified: true });
        expect(disk.grant).toMatchObject({ revoked: false, unverified: false });
        expect(balancesHere()).toEqual({ clearing: price, revenue: -price });
        return;
      }
      expect(disk.grant).toMatchObject({ revoked: true });
      // While a forgery seemed to pay, the real money stood in credit, and went back out of it.
      if (disk.purchase.state === "disproved") expect(balancesHere()).toEqual({});
      else {
        expect(disk.purchase).toMatchObject({ state: "reversed", receipt: "UKK0000001", verified: true });
        expect(balancesHere()).toEqual({ refunds: price, revenue: -price });
      }
      if (forged === undefined) expect(disk.purchase.state).toBe("reversed");
    }),
    { numRuns: isLongRun ? 10_000 : 2_000 },
  );
}, 120_000);

test("[BEY-05] when every sender repeats unacknowledged requests, crashes change nothing", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const { fate, deaths, room } = drawn;
      // A question that is put again can overtake the true receipt: which of the two a forgery displaces is then a
      // matter of time. That it ends well either way is the property above.
      const order = drawn.order.filter((arrival) => arrival !== "forgery" && arrival !== "forged-confirmation");
      const calm = play(fate, order, new Set(), true, room);
      const stormy = play(fate, order, new Set(deaths), true, room);
      // How often a question was put, and a silence noted, depends on when the process was away; what came does not.
      // Questions spent on a dying process can put the receipt in the books later, and a reversal of it after that.
      const came = ({ rows }: Disk) => rows.filter(({ source }) => source !== "stk-query" && source !== "silence");
      const facts = (disk: Disk) => came(disk).map(({ source, body, state }) => `${source} ${state} ${body}`);
      const inOrder = (disk: Disk) =>
        facts({ ...disk, rows: disk.rows.filter(({ source }) => source !== "reversal-result") });
      expect(inOrder(stormy)).toEqual(inOrder(calm));
      expect(facts(stormy).sort()).toEqual(facts(calm).sort());
      const money = ({ purchase: { state, reason, receipt, unreceipted, verified } }: Disk) => ({
        state,
        reason,
        receipt,
        unreceipted,
        verified,
      });
      expect(money(stormy)).toEqual(money(calm));
      expect(stormy.grant).toEqual(calm.grant);
      expect(balancesOf(stormy)).toEqual(balancesOf(calm));
    }),
    { numRuns: isLongRun ? 2_000 : 500 },
  );
}, 120_000);

test("[PAY-04] [BEY-05] while M-Pesa refuses the initiator, money that was only told is sold and pending, in any order and with any crashes: none of it is revenue", () => {
  fc.assert(
    fc.property(cases, ({ fate, order, deaths, room }) => {
      const disk = play(fate, order, new Set(deaths), false, room, false);
      const { revenue = 0, clearing = 0, pending = 0, ...others } = balancesOf(disk);
      expect(revenue + clearing + pending + Object.values(others).reduce((sum, each) => sum + each, 0)).toBe(0);
      const forged = disk.books.get("UKF0000001");
      if (forged !== undefined) expect(forged).toMatchObject({ verified: false });
      if (moved(fate)) return;
      // Nothing moved: whatever was opened is unverified, and its price is pending.
      expect(revenue).toBe(0);
      expect(disk.purchase.verified).toBe(false);
      if (disk.grant !== null) expect(disk.grant).toMatchObject({ unverified: true });
      expect(pending + (disk.grant === null ? 0 : price)).toBe(0);
    }),
    { numRuns: isLongRun ? 5_000 : 1_000 },
  );
}, 120_000);

test("[PAY-12] credit that pays a part, in any order of evidence, with crashes between any two steps and somebody else spending: it is spent once, with the rest, or it is the customer's again", () => {
  fc.assert(
    fc.property(cases, fc.boolean(), ({ fate, order: drawn, deaths, room }, repeats) => {
      // Credit that came of a forgery and was spent is taken back purchase by purchase, which this model of one has not.
      const isForged = (arrival: Arrival) => arrival === "forgery" || arrival === "forged-confirmation";
      const order = drawn.includes("renewal") ? drawn.filter((arrival) => !isForged(arrival)) : drawn;
      const disk = play(fate, order, new Set(deaths), repeats, room, true, inPart);
      const { entries, purchase, grant, books } = disk;
      for (const lines of entries.values()) expect(lines.reduce((sum, line) => sum + line.amountCents, 0)).toBe(0);
      const { credit = 0, debts = 0, revenue = 0, clearing = 0, suspense = 0 } = balancesOf(disk);
      expect(debts).toBe(0);
      expect(credit).toBeLessThanOrEqual(0);
      // Nobody holds credit for what has ended, and what is open at the end is decided.
      expect(disk.holdCents).toBe(0);
      const renewed = renewedCents(disk);
      expect(renewed).toBeLessThanOrEqual(walletCents);
      const strange = books.has("UKS0000001") ? inPart.reports.amountCents : 0;
      expect(suspense).toBe(0 - strange);
      const paysNow = grant !== null && !grant.revoked;
      if (moved(fate) && fate !== "reversed") {
        expect(clearing - strange).toBe(inPart.reports.amountCents);
        // The money and the credit together bought it, once; or the credit went elsewhere first, and the money is credit.
        expect(disk.grantsOpened).toBeLessThanOrEqual(1);
        const left = walletCents - renewed;
        if (paysNow) {
          expect(purchase).toMatchObject({ state: "paid", receipt: "UKK0000001", verified: true });
          expect(0 - credit).toBe(left - heldCents);
          expect(0 - revenue).toBe(price + renewed);
        } else expect(0 - credit).toBe(left + inPart.reports.amountCents);
        return;
      }
      expect(paysNow).toBe(false);
      expect(clearing - strange).toBe(0);
      expect(0 - credit).toBe(walletCents - renewed);
    }),
    { numRuns: isLongRun ? 10_000 : 2_000 },
  );
}, 120_000);
