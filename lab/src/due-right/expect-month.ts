/**
 * What a subscriber's month must be, to the minute and the cent: told from the rules as the documents say them, by arithmetic of its own. It shares
 * no code with the hub.
 */
import { monthsLater, nextMinute, onTheDayOf } from "./civil-time.ts";
import { type CountryRules, type Deed, eastAt, rulesOf, type Subscriber } from "./draw-subscribers.ts";

export interface Expected {
  /** As the subscription's log tells it. */
  readonly lines: readonly string[];
  readonly creditCents: number;
  readonly chargedCents: number;
  /** From when on the site lets the customer in as usual, and until when: in order, without gaps between neighbours. */
  readonly letIn: readonly { readonly fromMs: number; readonly untilMs: number }[];
}

/** How long after a prompt its customer pays, or refuses. */
export const promptAnswerMs = 35_117;

const minuteMs = 60_000;
const dayMs = 86_400_000;
const slots = ["07:00", "10:00", "13:00", "16:00", "19:00"];

/** `2028-02-29T20:50:00.000Z renewed 250000 until 2028-03-31T…`: one line of the log. */
export const logLine = (atMs: number, what: string, cents: number | null, untilMs: number): string =>
  `${new Date(atMs).toISOString()} ${what} ${cents ?? "-"} until ${new Date(untilMs).toISOString()}`;

type Answer = { readonly atMs: number; readonly what: "prompt-paid" | "prompt-refused"; readonly cents: number };

export function expectMonth(
  one: Subscriber,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): Expected {
  const rules: CountryRules = rulesOf[one.country];
  const lines: string[] = [];
  const letIn: { fromMs: number; untilMs: number }[] = [];
  let creditCents = 0;
  let chargedCents = 0;
  let feesCents = one.feeCents;
  // What is paid for: whole periods from an anchor, moved by pauses.
  let anchorMs = one.beginsMs;
  let anchorEast = eastAt(rules, startMs, anchorMs);
  let periods = 0;
  let shiftedMs = 0;
  let promisedMs = 0;
  // When the promise let them in again who were cut off; 0: it did not.
  let againMs = 0;
  let bridgedMs = 0;
  let lateFor = 0;
  let phase = "active" as "active" | "grace" | "over" | "suspended" | "paused" | "ended";
  let hasEnded = false;
  let resumesMs = 0;
  let pausedMs = 0;
  let isSuspended = false;
  let cancels = false;
  let priceCents = rules.priceCents;
  // Somebody asked the hub to look, at its next minute.
  let lookAgainMs: number | null = null;
  let prompts = 0;
  let promptedMs = 0;
  const answers: Answer[] = [];

  const endOf = (n: number) => {
    const { unit, count } = one.every;
    if (unit === "month") return monthsLater(anchorMs, n * count, anchorEast) + shiftedMs;
    return anchorMs + n * count * (unit === "week" ? 7 : 1) * dayMs + shiftedMs;
  };
  const paidMs = () => endOf(periods);
  const graceMs = () => (cancels ? paidMs() : Math.max(paidMs() + rules.graceSeconds * 1000, promisedMs));
  // Shortly before the end it is seen that credit will pay: then nobody is cut off until it has.
  const bridgeMs = () => (cancels ? 0 : bridgedMs);
  const inTimeMs = () => Math.max(graceMs(), bridgeMs());
  const phaseAt = (atMs: number) => {
    if (hasEnded) return "ended";
    if (pausedMs > 0) return "paused";
    if (isSuspended) return "suspended";
    return atMs < Math.max(paidMs(), bridgeMs()) ? "active" : atMs < graceMs() ? "grace" : "over";
  };
  const owed = () => priceCents + one.addOnCents + feesCents;
  const say = (atMs: number, what: string, cents: number | null = null) =>
    lines.push(logLine(atMs, what, cents, paidMs()));

  function pay(atMs: number) {
    const cents = owed();
    if (atMs <= inTimeMs() && againMs === 0) periods += 1;
    else {
      anchorMs = atMs <= inTimeMs() ? againMs : atMs;
      anchorEast = eastAt(rules, startMs, atMs);
      [shiftedMs, periods] = [0, 1];
    }
    [feesCents, againMs, bridgedMs, prompts, promptedMs] = [0, 0, 0, 0, 0];
    // A promise over several ends holds for all of them.
    if (promisedMs <= paidMs()) promisedMs = 0;
    phase = phaseAt(atMs);
    chargedCents += cents;
    say(atMs, "renewed", cents);
  }

  function endPause(atMs: number, untilMs: number) {
    shiftedMs += untilMs - pausedMs;
    pausedMs = 0;
    phase = phaseAt(atMs);
    say(atMs, "pause-ended");
  }

  /** The hub has come to look. */
  function look(atMs: number) {
    if (hasEnded) return;
    if (pausedMs > 0) {
      if (atMs < resumesMs) return;
      endPause(atMs, resumesMs);
    }
    if (cancels && atMs >= paidMs()) {
      hasEnded = true;
      phase = "ended";
      return say(atMs, "ended");
    }
    const isCovered = () => one.autoRenew && !cancels && !isSuspended && creditCents >= owed();
    const dueMs = paidMs();
    while (isCovered() && atMs >= paidMs()) {
      creditCents -= owed();
      pay(atMs);
    }
    if (paidMs() > dueMs && atMs < paidMs()) return;
    if (isCovered() && atMs >= paidMs() - 10 * minuteMs && bridgedMs < paidMs()) {
      bridgedMs = paidMs() + 60 * minuteMs;
      return;
    }
    if (atMs >= paidMs()) bridgedMs = 0;
    const is = phaseAt(atMs);
    const isNews = is !== phase;
    phase = is;
    if (is === "over" && rules.lateFeeCents > 0 && lateFor !== paidMs()) {
      lateFor = paidMs();
      feesCents += rules.lateFeeCents;
      say(atMs, "late-fee", rules.lateFeeCents);
    }
    if (isNews) say(atMs, `now-${is}`);
  }

  /** The hub asks the phone, if it may. */
  function ask(atMs: number) {
    if (!rules.canAsk || !one.autoRenew || cancels || hasEnded || pausedMs > 0 || isSuspended) return;
    const east = eastAt(rules, startMs, atMs);
    if (prompts >= rules.promptsMax || answers.length > 0) return;
    const slot = slots.map((time) => onTheDayOf(paidMs(), time, east)).findLast((ms) => ms <= atMs);
    if (slot === undefined || promptedMs >= slot || atMs >= onTheDayOf(paidMs(), "21:00", east)) return;
    const missing = Math.ceil(Math.max(0, owed() - creditCents) / 100) * 100;
    if (missing === 0) return;
    prompts += 1;
    promptedMs = atMs;
    say(atMs, "prompted", missing);
    const what = one.paysPrompt === prompts ? "prompt-paid" : "prompt-refused";
    answers.push({ atMs: atMs + promptAnswerMs, what, cents: missing });
  }

  function act(deed: Deed | Answer) {
    const { atMs } = deed;
    switch (deed.what) {
      case "top-up":
      case "prompt-paid":
        creditCents += deed.cents;
        if (one.autoRenew) look(atMs);
        return;
      case "prompt-refused":
        return;
      case "pay-cash":
        if (!cancels && !hasEnded && pausedMs === 0) pay(atMs);
        return;
      case "promise": {
        const untilMs = Math.max(paidMs(), atMs) + deed.days * dayMs;
        const isOpen = ["active", "grace", "over"].includes(phaseAt(atMs)) && !cancels;
        if (!isOpen || atMs < paidMs() - 3 * dayMs || promisedMs !== 0) return;
        if (atMs >= graceMs()) againMs = atMs;
        promisedMs = untilMs;
        phase = phaseAt(atMs);
        return void say(atMs, "promised");
      }
      case "pause":
        if (!["active", "suspended"].includes(phaseAt(atMs)) || cancels || atMs >= paidMs()) return;
        [pausedMs, resumesMs] = [atMs, atMs + deed.days * dayMs];
        say(atMs, "paused");
        phase = "paused";
        return;
      case "resume":
        if (pausedMs > 0) endPause(atMs, atMs);
        return;
      case "cancel":
      case "undo":
        if (hasEnded) return;
        cancels = deed.what === "cancel";
        say(atMs, cancels ? "cancelled" : "cancel-undone");
        if (cancels && atMs >= paidMs() && pausedMs === 0) hasEnded = true;
        phase = phaseAt(atMs);
        return;
      case "suspend":
        if (hasEnded) return;
        isSuspended = true;
        say(atMs, "suspended");
        phase = phaseAt(atMs);
        return;
      case "unsuspend":
        if (!isSuspended) return;
        isSuspended = false;
        say(atMs, "unsuspended");
        phase = phaseAt(atMs);
        if (!hasEnded) lookAgainMs = atMs;
        return;
      case "change-plan":
        return changePlan(atMs, deed.to === "fast" ? rules.fastCents : rules.priceCents);
    }
  }

  function changePlan(atMs: number, toCents: number) {
    if (hasEnded || pausedMs > 0 || toCents === priceCents) return;
    const cents = worth(toCents, atMs) - worth(priceCents, atMs);
    priceCents = toCents;
    chargedCents += cents;
    say(atMs, "plan-changed", cents);
    // What is due is another sum now: credit that is there may suffice.
    lookAgainMs = atMs;
    if (cents >= 0) return;
    creditCents -= cents;
    if (!one.autoRenew) return;
    look(atMs);
    ask(atMs);
  }

  /** What is left at a price: the part of each period that is still to come, each cut to the cent. */
  function worth(cents: number, atMs: number): number {
    let sum = 0;
    for (let n = 0; n < periods; n++) {
      const [fromMs, untilMs] = [endOf(n), endOf(n + 1)];
      if (untilMs <= atMs) continue;
      sum += fromMs >= atMs ? cents : Number((BigInt(cents) * BigInt(untilMs - atMs)) / BigInt(untilMs - fromMs));
    }
    return sum;
  }

  /** As usual until then, as the site reads its row at this moment. */
  function noteLetIn(fromMs: number) {
    const last = letIn.at(-1);
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, fromMs);
    if (last !== undefined && last.untilMs <= last.fromMs) letIn.pop();
    if (hasEnded || isSuspended) return;
    // It knows when a pause ends, and what is paid then.
    const restMs = pausedMs > 0 ? resumesMs - pausedMs : 0;
    shiftedMs += restMs;
    const span = { fromMs: pausedMs > 0 ? resumesMs : fromMs, untilMs: inTimeMs() };
    shiftedMs -= restMs;
    if (span.untilMs > span.fromMs) letIn.push(span);
  }

  pay(one.beginsMs);
  noteLetIn(one.beginsMs);
  const deeds: (Deed | Answer)[] = [...one.deeds];
  for (let nowMs = one.beginsMs; ; ) {
    const looks = hasEnded
      ? []
      : pausedMs > 0
        ? [resumesMs]
        : [
            paidMs() - 10 * minuteMs,
            paidMs(),
            graceMs(),
            ...slots.map((time) => onTheDayOf(paidMs(), time, eastAt(rules, startMs, nowMs))),
          ];
    if (lookAgainMs !== null) looks.push(lookAgainMs);
    const lookMs = Math.min(...looks.map(nextMinute).filter((ms) => ms > nowMs), Number.POSITIVE_INFINITY);
    const next = [...deeds, ...answers].sort((a, b) => a.atMs - b.atMs)[0];
    const atMs = Math.min(lookMs, next?.atMs ?? Number.POSITIVE_INFINITY);
    if (atMs > endMs) break;
    if (next !== undefined && next.atMs === atMs) {
      for (const list of [deeds, answers] as (Deed | Answer)[][]) {
        const place = list.indexOf(next);
        if (place >= 0) list.splice(place, 1);
      }
      act(next);
      if (next.what === "top-up" || next.what === "prompt-paid") ask(atMs);
    } else {
      lookAgainMs = null;
      look(atMs);
      ask(atMs);
    }
    noteLetIn(atMs);
    nowMs = atMs;
  }
  return { lines, creditCents, chargedCents, letIn };
}
