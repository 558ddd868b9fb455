/** What needs a person, and where each is done. Pure. */
import type { ModuleWaiting } from "@karibu/cloud/modules/all-modules";
import type { Difference } from "../../components/tiles.ts";
import type { Home } from "../../data/reports/home.ts";
import { consoleModules } from "../../modules/all-modules.ts";
import type { Strings } from "../../strings/en.ts";
import { type GuideStep, guideSteps } from "../start/guide-steps.ts";

type Waiting = Home["waiting"][number];

export interface Work {
  readonly kind: Waiting["kind"];
  /** `7`, or `100+` where counting stopped. */
  readonly count: string;
  readonly href: string;
  /** What the link says: what one does there. */
  readonly action: keyof Strings;
}

type Place = readonly [href: string, action: keyof Strings];

const ofHub: Record<Exclude<Waiting["kind"], ModuleWaiting>, Place> = {
  "payments-review": ["#/review?kind=payment", "doReview"],
  "payments-unknown": ["#/payments?state=unknown", "doAsk"],
  "payments-unreceipted": ["#/payments?state=paid_unreceipted", "doAsk"],
  "money-unmatched": ["#/review", "doAssign"],
  "callbacks-unmatched": ["#/unmatched-callbacks", "doRead"],
  "codes-unknown": ["#/review?kind=unread", "doReview"],
  claims: ["#/review?kind=claim", "doReview"],
  "refunds-to-decide": ["#/refunds?state=asked", "doDecide"],
  "refunds-failed": ["#/refunds", "doTryAgain"],
  "corrections-to-decide": ["#/corrections?state=asked", "doDecide"],
  differences: ["#/reconciliation", "doExplain"],
  "expenses-above-till": ["#/expenses", "doExplain"],
  "invoices-overdue": ["#/invoices", "doRemind"],
  "jobs-failed": ["#/jobs", "doTryAgain"],
  "messages-failed": ["#/messages", "doSendAgain"],
  "mails-failed": ["#/messages", "doSendAgain"],
  "channels-failing": ["#/channels", "doCorrect"],
  "limit-near": ["#/channels", "doRaiseLimit"],
  alarms: ["#/alarms?state=open", "doTakeCare"],
  "batches-failed": ["#/vouchers", "doTryAgain"],
  "invitations-unconfirmed": ["#/people", "doRemind"],
  "invitations-expired": ["#/people", "doInviteAgain"],
};

const places: Readonly<Record<string, Place>> = Object.assign(
  {},
  ofHub,
  ...Object.values(consoleModules).map(({ waiting = {} }) => waiting),
);

/** In the hub's order: money first, modules last. A kind of a newer hub, which this page can't name, is left out. */
export function waitingWork(waiting: Home["waiting"]): readonly Work[] {
  return waiting.flatMap(({ kind, count, more }) => {
    const place = places[kind];
    if (place === undefined) return [];
    const [href, action] = place;
    return [{ kind, count: more ? `${count}+` : String(count), href, action }];
  });
}

/** What a new provider does until the first customer pays: the steps of the set-up guide, so that the two never disagree. */
export interface Task {
  readonly name: GuideStep;
  readonly isDone: boolean;
  readonly href: string;
}

export function checklistTasks(checklist: NonNullable<Home["checklist"]>): readonly Task[] {
  const hrefs: Record<Task["name"], string> = {
    name: "#/settings",
    // A channel may be there already, and wait for its first try: the guide knows.
    keys: "#/start",
    plan: "#/plans",
    site: "#/sites?add=1",
    testSale: "#/sell",
  };
  return guideSteps.map((name) => ({
    name,
    isDone: checklist[name],
    href: hrefs[name],
  }));
}

/** How today compares with the same weekday last week up to now, in whole per cent; null: nothing was sold then. */
export function changePercent(todayCents: number, lastWeekCents: number): number | null {
  return lastWeekCents === 0 ? null : Math.round((todayCents / lastWeekCents - 1) * 100);
}

/** In whole per cent; null: there was none to be paid. */
export function paidPercent({ asked, paid }: { readonly asked: number; readonly paid: number }): number | null {
  return asked === 0 ? null : Math.round((paid / asked) * 100);
}

/** In which words: "0 more" and "0 points above" are no sentence. */
export const wordsOfChange = (change: number, more: keyof Strings, less: keyof Strings): keyof Strings =>
  change === 0 ? "sameAsLastWeek" : change > 0 ? more : less;

/** What a difference is: how much, which way, and whether that is good news where more is good. */
export function differenceOf(change: number, moreIsGood: boolean): Pick<Difference, "way" | "tone"> {
  if (change === 0) return { way: "same", tone: "none" };
  return { way: change > 0 ? "up" : "down", tone: change > 0 === moreIsGood ? "good" : "bad" };
}
