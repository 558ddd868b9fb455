/**
 * What a subscriber's month must be, to the minute and the cent: told from the rules as the documents say them, by arithmetic of its own. It shares
 * no code with the hub.
 */
import { monthsLater, nextMinute, onTheDayOf } from "./civil-time.ts";
import { type CountryRules, type Deed, rulesOf, type Subscriber } from "./draw-subscribers.ts";

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

export function expectMonth(one: Subscriber, endMs: number): Expected {
  const rules: CountryRules = rulesOf[one.country];
  const lines: string[] = [];
  const letIn: { fromMs: number; untilMs: number }[] = [];
  let creditCents = 0;
  let chargedCents = 0;
  let feesCents = one.feeCents;
  // What is paid for: whole periods from an anchor, moved by pauses.
  let anchorMs = one.beginsMs;
  let periods = 0;
  let shiftedMs = 0;
  let promisedMs = 0;
  let bridgedMs = 0;
  let lateFor = 0;
  let phase = "active" as "active" | "grace" | "over" | "paused" | "ended";
  let resumesMs = 0;
  let pausedMs = 0;
  let cancels = false;
  let prompts = 0;
  let promptedMs = 0;
  const answers: Answer[] = [];

  const endOf = (n: number) => {
    const { unit, count } = one.every;
    if (unit === "month") return monthsLater(anchorMs, n * count, rules.eastMinutes) + shiftedMs;
    return anchorMs + n * count * (unit === "week" ? 7 : 1) * dayMs + shiftedMs;
  };
  const paidMs = () => endOf(periods);
  const graceMs = () => (cancels ? paidMs() : Math.max(paidMs() + rules.graceSeconds * 1000, promisedMs));
  // Shortly before the end it is seen that credit will pay: then nobody is cut off until it has.
  const bridgeMs = () => (cancels ? 0 : bridgedMs);
  const inTimeMs = () => Math.max(graceMs(), bridgeMs());
  const phaseAt = (atMs: number) =>
    atMs < Math.max(paidMs(), bridgeMs()) ? "active" : atMs < graceMs() ? "grace" : "over";
  const owed = () => rules.priceCents + one.addOnCents + feesCents;
  const say = (atMs: number, what: string, cents: number | null = null) =>
    lines.push(logLine(atMs, what, cents, paidMs()));

  function pay(atMs: number) {
    const cents = owed();
    if (atMs <= inTimeMs()) periods += 1;
    else [anchorMs, shiftedMs, periods] = [atMs, 0, 1];
    [feesCents, promisedMs, bridgedMs, prompts, promptedMs, phase] = [0, 0, 0, 0, 0, "active"];
    chargedCents += cents;
    say(atMs, "renewed", cents);
  }

  /** The hub has come to look. */
  function look(atMs: number) {
    if (phase === "ended") return;
    if (phase === "paused") {
      if (atMs < resumesMs) return;
      shiftedMs += resumesMs - pausedMs;
      phase = "active";
      say(atMs, "pause-ended");
    }
    if (cancels && atMs >= paidMs()) {
      phase = "ended";
      return say(atMs, "ended");
    }
    const isCovered = one.autoRenew && !cancels && creditCents >= owed();
    if (isCovered && atMs >= paidMs()) {
      creditCents -= owed();
      return pay(atMs);
    }
    if (isCovered && atMs >= paidMs() - 10 * minuteMs && bridgedMs < paidMs()) {
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
    if (!rules.canAsk || !one.autoRenew || cancels || phase === "ended" || phase === "paused") return;
    if (prompts >= rules.promptsMax || answers.length > 0) return;
    const slot = slots.map((time) => onTheDayOf(paidMs(), time, rules.eastMinutes)).findLast((ms) => ms <= atMs);
    if (slot === undefined || promptedMs >= slot || atMs >= onTheDayOf(paidMs(), "21:00", rules.eastMinutes)) return;
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
        if (one.autoRenew && phase !== "ended") look(atMs);
        return;
      case "prompt-refused":
        return;
      case "pay-cash":
        if (!cancels && phase !== "ended" && phase !== "paused") pay(atMs);
        return;
      case "promise": {
        const untilMs = Math.max(paidMs(), atMs) + deed.days * dayMs;
        const mayPromise = atMs > paidMs() - 3 * dayMs && promisedMs === 0;
        if (!mayPromise) return;
        promisedMs = untilMs;
        phase = phaseAt(atMs);
        return void say(atMs, "promised");
      }
      case "pause":
        if (phase !== "active" || atMs >= paidMs()) return;
        [pausedMs, resumesMs] = [atMs, atMs + deed.days * dayMs];
        say(atMs, "paused");
        phase = "paused";
        return;
      case "cancel":
        cancels = true;
        say(atMs, "cancelled");
        if (atMs >= paidMs()) phase = "ended";
    }
  }

  /** As usual until then, as the site reads its row at this moment. */
  function noteLetIn(fromMs: number) {
    const isIn = phase !== "paused" && phase !== "ended";
    const untilMs = isIn ? inTimeMs() : fromMs;
    const last = letIn.at(-1);
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, fromMs);
    if (untilMs > fromMs) letIn.push({ fromMs, untilMs });
  }

  pay(one.beginsMs);
  noteLetIn(one.beginsMs);
  const deeds: (Deed | Answer)[] = [...one.deeds];
  for (let nowMs = one.beginsMs; ; ) {
    const looks =
      phase === "ended"
        ? []
        : phase === "paused"
          ? [resumesMs]
          : [
              paidMs() - 10 * minuteMs,
              paidMs(),
              graceMs(),
              ...slots.map((time) => onTheDayOf(paidMs(), time, rules.eastMinutes)),
            ];
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
      look(atMs);
      ask(atMs);
    }
    noteLetIn(atMs);
    nowMs = atMs;
  }
  return { lines, creditCents, chargedCents, letIn };
}
