/**
 * A small model of the hub, for properties over thousands of cases: a disk, and the steps between which a process can die. The
 * order of steps and the content of transactions are copied from the hub. All decisions are the hub's own code: the readers of raw
 * bodies, `decideInflow`, `absorb`, `decideAsk`, the ledger's entries. There is one purchase, no time and no randomness.
 */

import type { Party } from "@karibu/cloud/ground/amounts/parties";
import { maskPhone } from "@karibu/cloud/ground/amounts/phone";
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import { daraja } from "@karibu/cloud/money/channels/daraja/channel";
import { readCallbackEvidence } from "@karibu/cloud/money/channels/daraja/read-evidence";
import type { Evidence } from "@karibu/cloud/money/evidence/evidence";
import { payerParty } from "@karibu/cloud/money/evidence/inflow";
import { decideInflow } from "@karibu/cloud/money/matching/inflow-policy";
import { readInflow } from "@karibu/cloud/money/matching/read-inflow";
import { price } from "@karibu/cloud/money/purchases/test-purchase";
import { absorb, receiptOf } from "@karibu/cloud/money/purchases/transition/absorb";
import type { KnownReceipt } from "@karibu/cloud/money/purchases/transition/purchase-facts";
import { endsHold, needsItsReceipts } from "@karibu/cloud/money/purchases/transition/transition-steps";
import { decideAsk } from "@karibu/cloud/money/questions/ask-policy";
import { cents } from "@karibu/protocol/quantities";
import { quickAsk } from "./payments-hub.ts";
import {
  balancesOf,
  carryOut,
  type Disk,
  type Fact,
  phone,
  post,
  type Row,
  reference,
  type Stage,
  sentAtMs,
} from "./test-crash-disk.ts";

/** The process died. Its memory is lost; the disk is as the last commit left it. */
export class Crash extends Error {}

const providerId = "p1";
const party = testParties.ofPhone(providerId, phone);

/** Purchases here end soon: an answer is lost, and questions stop, within seconds of model time. */
const schedule = { ...quickAsk, giveUpAfterMs: 20_000, answerLostAfterMs: 1500 };

/**
 * @param step is called wherever a process may die; it throws `Crash` when the process dies there
 * @param mayTrust whether the hourly limit of unverified money has room
 */
export function createHub(disk: { now: Disk }, step: () => void, mayTrust: () => boolean = () => true) {
  function transact<T>(work: (stage: Stage) => T): T {
    const { rows, jobs, books, booked, entries, ...rest } = disk.now;
    const maps = { books: new Map(books), booked: new Map(booked), entries: new Map(entries) };
    const stage: Stage = { ...rest, rows: [...rows], jobs: [...jobs], ...maps };
    step();
    const result = work(stage);
    step();
    disk.now = stage;
    step();
    return result;
  }

  /** @returns the row's number; null when this fact is stored already */
  function store(stage: Stage, fact: Fact, mine: boolean): number | null {
    const same = (row: Row) => row.source === fact.source && row.key === fact.key && row.body === fact.body;
    if (stage.rows.some(same)) return null;
    return stage.rows.push({ ...fact, mine, state: "new" }) - 1;
  }

  function readRow(row: Row): Evidence | null {
    switch (row.source) {
      case "stk-callback": {
        const read = readCallbackEvidence(row.body);
        return "refused" in read ? null : read.message.evidence;
      }
      case "push-answer":
        return daraja.readers.readStart(row.body).evidence;
      case "stk-query":
        return daraja.readers.readQuery(row.body, 600_000, { reference, currency: "KES", amountCents: price }).evidence;
      case "silence":
      case "reversal-result":
      case "operator":
        return JSON.parse(row.body) as Evidence;
      default: {
        const read = readInflow(daraja.readers, row.source, row.body);
        if ("refused" in read) return null;
        const { source, trust, receipt, amountCents, payer } = read.message;
        const isOwners = payerParty(testParties, providerId, payer) === party;
        return { kind: "success", source, trust, requestId: null, receipt, amountCents, isOwners } as Evidence;
      }
    }
  }

  /** Does what `absorb-evidence.ts` does in its transaction. */
  function absorbAll(stage: Stage): void {
    const waiting = stage.rows.flatMap((row, index) => (row.mine && row.state !== "done" ? [index] : []));
    if (!waiting.some((index) => stage.rows[index]?.state === "new")) return;
    const open: number[] = [];
    const evidence: Evidence[] = [];
    for (const index of waiting) {
      const row = stage.rows[index] as Row;
      const read = readRow(row);
      if (read === null) stage.rows[index] = { ...row, state: "done" };
      else {
        open.push(index);
        evidence.push(read);
      }
    }
    const named = new Set(evidence.map(receiptOf));
    const withAllOfIts = evidence.some((each) => needsItsReceipts(each, stage.purchase.askedCents < price));
    const isWanted = ([receipt, { purchaseId }]: [string, KnownReceipt]) =>
      named.has(receipt) || (withAllOfIts && purchaseId === stage.purchase.purchaseId);
    const known = new Map([...stage.books].filter(isWanted));
    const has = Math.max(0, 0 - (balancesOf(stage).credit ?? 0));
    const held = cents(Math.min(stage.purchase.heldCents, has));
    const before = { ...stage.purchase, heldCents: held, provedCreditCents: cents(held === 0 ? 0 : has) };
    const { after, steps } = absorb(before, evidence, known, mayTrust());
    if (endsHold(after, evidence)) stage.holdCents = 0;
    for (const { transition } of steps) {
      for (const effect of transition.effects) {
        step();
        carryOut(stage, effect);
      }
    }
    for (const [at, index] of open.entries()) {
      const parked = steps.findLast((each) => each.index === at)?.transition.parked;
      stage.rows[index] = { ...(stage.rows[index] as Row), state: parked ? "parked" : "done" };
    }
    stage.purchase = after;
  }

  /** Does what `route-inflow.ts` does in its transaction. */
  function route(stage: Stage, index: number): void {
    const row = stage.rows[index] as Row;
    if (row.state !== "new") return;
    const join = () => {
      stage.rows[index] = { ...row, mine: true };
      absorbAll(stage);
    };
    const read = readInflow(daraja.readers, row.source, row.body);
    if (row.mine) {
      absorbAll(stage);
      return;
    }
    if ("refused" in read) {
      stage.rows[index] = { ...row, state: "done" };
      return;
    }
    const inflow = read.message;
    const booked = stage.books.get(inflow.receipt);
    if (booked !== undefined) {
      if (booked.purchaseId === null) stage.rows[index] = { ...row, state: "done" };
      else join();
      return;
    }
    const purchase = {
      purchaseId: "i1",
      reference,
      amountCents: stage.purchase.askedCents,
      party,
      phoneMasked: maskPhone(phone),
      sentAtMs,
      hasReceipt: stage.purchase.receipt !== null,
      customerName: null,
    };
    const payer = payerParty(testParties, providerId, inflow.payer);
    const couldBeMeant = { purchases: [purchase], isCut: false, accounts: [], payer, typed: null };
    const decision = decideInflow(inflow, couldBeMeant, false);
    if (decision.kind === "purchase") {
      join();
      return;
    }
    const { receipt, amountCents, source } = inflow;
    const known: KnownReceipt = { purchaseId: null, amountCents, state: "suspense", source, verified: false };
    const clearing = { account: "clearing:c1", currency: "KES", amountCents } as const;
    const suspense = { account: "suspense", currency: "KES", amountCents: cents(-amountCents) } as const;
    stage.books.set(receipt, known);
    post(stage, { entryKey: `receipt:mpesa:${receipt}`, postings: [clearing, suspense] });
    stage.rows[index] = { ...row, state: "done" };
  }

  return {
    /** A callback: stored together with its job in one transaction. The acknowledgement leaves after the commit. */
    take(fact: Fact): void {
      const mine = fact.source === "stk-callback" || fact.source === "push-answer";
      transact((stage) => {
        const row = store(stage, fact, mine);
        if (row !== null) stage.jobs.push(mine ? { kind: "absorb", row } : { kind: "route", row });
      });
    },
    /** A fetched fact (an answer to our call, a row of a list): stored and processed in one transaction. */
    takeFetched(fact: Fact): void {
      const mine = fact.source === "stk-query" || fact.source === "push-answer" || fact.source === "silence";
      transact((stage) => {
        const row = store(stage, fact, mine);
        if (row === null) return;
        if (mine) absorbAll(stage);
        else route(stage, row);
      });
    },
    /** The statement shows a reversal. It counts once the receipt is in the books. */
    takeReversal(receipt: string): void {
      transact((stage) => {
        const known = stage.books.get(receipt);
        if (known === undefined || known.purchaseId === null || known.state === "reversed") return;
        const evidence: Evidence = { kind: "reversal", source: "statement", receipt };
        const fact = { source: "reversal-result", key: receipt, body: JSON.stringify(evidence) };
        if (store(stage, fact, true) !== null) absorbAll(stage);
      });
    },
    /** The job `payments.ask`. @param answer the channel's answer to a query */
    ask(ageMs: number, answer: (requestId: string) => { status: number; body: string }): void {
      const asked = transact((stage) => {
        absorbAll(stage);
        const { state, reason, requestId, verified: corroborated, unreceipted } = stage.purchase;
        const hasParked = stage.rows.some((row) => row.state === "parked");
        const known = { state, reason, requestId, corroborated, unreceipted };
        const about = { ...known, deniedAgeMs: null, ageMs, questions: stage.questions, hasParked };
        const decision = decideAsk(about, { freeInMs: 0, idle: true }, schedule);
        const silence = (evidence: Evidence) => {
          const fact = { source: "silence", key: "i1", body: JSON.stringify(evidence) };
          if (store(stage, fact, true) !== null) absorbAll(stage);
        };
        if (decision.kind === "answer-lost") silence({ kind: "unknown", source: "silence", why: "lost" });
        if (decision.kind === "give-up") silence({ kind: "give-up", source: "silence", why: decision.why });
        if (decision.kind !== "ask") return null;
        stage.questions++;
        return { requestId, question: stage.questions };
      });
      if (asked === null || asked.requestId === null) return;
      const { requestId, question } = asked;
      step();
      const body = JSON.stringify({ ...answer(requestId), requestId, question });
      this.takeFetched({ source: "stk-query", key: "i1", body });
    },
    /** A package that renews itself takes all of the proved credit that it may, once. */
    spendCredit(): void {
      transact((stage) => {
        const has = Math.max(0, 0 - (balancesOf(stage).credit ?? 0));
        const told = [...stage.books].flatMap(([receipt, { verified, state }]) =>
          verified || state !== "booked" ? [] : [stage.booked.get(receipt)?.creditCents ?? 0],
        );
        const free = has - told.reduce((sum, each) => sum + each, 0) - stage.holdCents;
        if (free <= 0 || stage.entries.has("renewal")) return;
        const credit = { account: "credit", currency: "KES", amountCents: cents(free) } as const;
        const revenue = { account: "revenue", currency: "KES", amountCents: cents(-free) } as const;
        post(stage, { entryKey: "renewal", postings: [credit, revenue] });
      });
    },
    /** A person moves the receipt to another customer: one transaction, as in `corrections.ts`. A repetition finds it done. */
    moveAway(receipt: string): void {
      transact((stage) => {
        const known = stage.books.get(receipt);
        if (known === undefined || known.purchaseId === null || known.state !== "booked") return;
        const evidence: Evidence = { kind: "moved-away", source: "operator", receipt };
        if (store(stage, { source: "operator", key: receipt, body: JSON.stringify(evidence) }, true) === null) return;
        absorbAll(stage);
        const creditCents = stage.booked.get(receipt)?.creditCents ?? 0;
        if (stage.books.get(receipt)?.state !== "credit") return;
        step();
        const from = { account: "credit", currency: "KES", amountCents: cents(creditCents) } as const;
        const to = {
          account: "credit",
          currency: "KES",
          amountCents: cents(-creditCents),
          party: "ben" as Party,
        } as const;
        post(stage, { entryKey: "correction:c1", postings: [from, to] });
      });
    },
    /** Runs the waiting jobs. Taking, doing and removing a job are three transactions, so it may run twice. */
    work(): void {
      for (let job = disk.now.jobs[0]; job !== undefined; job = disk.now.jobs[0]) {
        const { kind, row } = job;
        step();
        transact((stage) => (kind === "route" ? route(stage, row) : absorbAll(stage)));
        transact((stage) => void stage.jobs.shift());
      }
    },
  };
}
