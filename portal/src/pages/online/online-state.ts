/** Remaining time and data. They count down from the agent's last answer, so the page moves between two polls. */
import type { Plan } from "@karibu/protocol/plan";
import { nameInWords } from "@karibu/protocol/plan-name";
import type { Available, Online, PurchaseView } from "@karibu/protocol/portal-api";
import { dataBase, dataText, durationText, speedText } from "../../strings/format.ts";
import { countdownText, momentText } from "../../strings/format-times.ts";
import type { WholeWords } from "../../strings/words.ts";
import { whatIsLeft } from "../home/what-is-left.ts";

export interface OnlineView {
  readonly planName: string;
  readonly secondsLeft: number | null;
  /** Part of the ring, 0..1. Without a limit: 1. */
  readonly timePart: number;
  readonly timeText: string;
  /** The hours beside the days. Null: none. */
  readonly timeRest: string | null;
  /** For screen readers. It changes once a minute. */
  readonly timeSpoken: string;
  readonly isLow: boolean;
  readonly dataPart: number | null;
  readonly dataText: string;
  readonly dataNote: string | null;
  readonly speed: string;
  readonly until: string | null;
  /** What was bought beside it and waits: `1 GB Daily · 1 GB · 1 day left`. */
  readonly ready: readonly string[];
}

export function onlineView(
  online: Online & { readonly grantId?: string | undefined },
  facts: {
    plans: readonly Plan[];
    available?: readonly Available[];
    sinceMs: number;
    wallMs: number;
    /** Absent: the phone's own zone. */
    site?: { readonly utcOffsetMinutes?: number | undefined };
  },
  words: WholeWords,
): OnlineView {
  const secondsLeft =
    online.secondsLeft === null ? null : Math.max(0, online.secondsLeft - Math.floor(facts.sinceMs / 1000));
  const countdown = secondsLeft === null ? null : countdownText(secondsLeft, words);
  const total = totalSeconds(online, facts.plans);
  const timePart = secondsLeft === null ? 1 : Math.min(1, secondsLeft / Math.max(total ?? secondsLeft, 1));
  const totalBytes = online.bytesLeft === null ? null : online.bytesLeft + online.bytesUsed;
  const base = dataBase(totalBytes ?? 0);
  const dataPart = totalBytes === null || online.bytesLeft === null ? null : online.bytesLeft / Math.max(totalBytes, 1);
  return {
    planName: nameInWords(online.planName, words.planWords),
    secondsLeft,
    timePart,
    timeText: countdown === null ? "∞" : countdown.main,
    timeRest: countdown === null ? null : countdown.rest,
    timeSpoken: secondsLeft === null ? words.unlimitedTime : durationText(secondsLeft, words),
    isLow: secondsLeft !== null && secondsLeft < 300,
    dataPart,
    dataText: online.bytesLeft === null ? words.noLimit : dataText(online.bytesLeft, words, base),
    dataNote:
      totalBytes === null || online.bytesLeft === null
        ? null
        : words.dataOf(dataText(online.bytesLeft, words, base), dataText(totalBytes, words, base)),
    speed: online.downKbps === null ? words.full : speedText(online.downKbps, words),
    until:
      online.endsAtMs === null ? null : momentText(online.endsAtMs, facts.wallMs, words, facts.site?.utcOffsetMinutes),
    // The answer of before still names what the phone went online with.
    ready: (facts.available ?? [])
      .filter(({ grantId }) => grantId !== online.grantId)
      .map((one) => `${nameInWords(one.planName, words.planWords)} · ${whatIsLeft(one, words)}`),
  };
}

/** The time of the whole ring: the plan's time, found by its name. Null: the plan is no longer sold. */
function totalSeconds(online: Online, plans: readonly Plan[]): number | null {
  const plan = plans.find((one) => one.name === online.planName);
  if (plan === undefined) return null;
  const spans = [plan.terms.validitySeconds, plan.terms.useSeconds].filter((span) => span !== null);
  return spans.length === 0 ? null : Math.min(...spans);
}

/** The receipt that paid for what the phone is online with; null: a code opened it, or its receipt is not known. */
export function receiptOf(
  grantId: string | undefined,
  purchases: readonly (Pick<PurchaseView, "receipt" | "grantId"> | null)[],
): string | null {
  const paid = purchases.find((one) => one?.receipt != null && (grantId === undefined || one.grantId === grantId));
  return paid?.receipt ?? null;
}
