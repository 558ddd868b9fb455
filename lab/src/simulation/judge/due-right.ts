/**
 * DUE-RIGHT: the hub says of each line what is so: how far it is paid, to the minute; what its customer is by that; what was taken for it, to the cent;
 * and when it changed. Whether its customer is let in, and put off, OFF-IN-TIME and NO-THEFT judge by the same dates.
 */
import type { BookedLine, FactOf, HubBooks, Violation } from "./chronicle.ts";
import { dayMs, type Line, overMs } from "./dues.ts";
import { factsOf, type History } from "./history.ts";
import { doneByMs, ordersHeard } from "./orders.ts";
import { copyAtSite } from "./told-at-site.ts";

/** The hub looks at what is due each minute, and a job does it. */
const lookedAtWithinMs = 130_000;

export function dueRight(history: History): Violation[] {
  const { facts } = history.chronicle;
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) =>
    factsOf(facts, "line").flatMap((line) => {
      const booked = books.lines.find((each) => each.line === line.line);
      const what =
        booked === undefined
          ? ["it is in no list"]
          : [...wrongMoney(history, line, booked, books.entries), ...wrongDates(history, line, booked, atMs)];
      return what.map((each) => ({ invariant: "DUE-RIGHT" as const, atMs, what: `line ${line.line}: ${each}` }));
    }),
  );
}

/** Its renewals: those that the hub said yes to, and those of which nobody lived to say. */
function renewalsOf({ chronicle: { facts } }: History, line: Line) {
  const heard = ordersHeard(facts);
  const asked = factsOf(facts, "line-renewed").filter(
    (each) => each.line === line.line && heard.get(each.act) !== null,
  );
  return { sure: asked.filter(({ act }) => heard.has(act)), maybe: asked };
}

function wrongMoney(history: History, line: Line, { log }: BookedLine, entries: HubBooks["entries"]): string[] {
  const { sure, maybe } = renewalsOf(history, line);
  const renewed = log.filter(({ what }) => what === "renewed");
  const wrong = renewed.filter(({ amountCents }) => amountCents !== line.priceCents);
  const earnedCents = -entries
    .filter(({ key }) => key.startsWith(`subscription:${line.line}:`))
    .flatMap(({ postings }) => postings.filter(({ account }) => account === "revenue"))
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
  const dueCents = renewed.length * line.priceCents;
  return [
    ...(earnedCents === dueCents ? [] : [`its days make ${dueCents}, and ${earnedCents} is in the ledger`]),
    ...wrong.map(({ amountCents }) => `a day costs ${line.priceCents}, and ${amountCents} was taken for one`),
    ...(renewed.length < sure.length ? [`${sure.length} days were paid for, and ${renewed.length} are booked`] : []),
    ...(renewed.length > maybe.length ? [`${maybe.length} days were paid for, and ${renewed.length} are booked`] : []),
  ];
}

function wrongDates(history: History, line: Line, booked: BookedLine, atMs: number): string[] {
  const { facts } = history.chronicle;
  const { log, paidUntilMs, state } = booked;
  const atSite = copyAtSite(history)?.accounts?.find(({ rightId }) => rightId === line.rightId)?.letInUntilMs;
  const renewed = log.filter(({ what }) => what === "renewed");
  const first = renewed.reduce((min, { loggedMs }) => Math.min(min, loggedMs), Number.POSITIVE_INFINITY);
  const doneMs = ordersHeard(facts);
  const asked = factsOf(facts, "line-promised").filter(({ act }) => doneMs.get(act) !== null);
  const promises = promisesOf(log, asked, line, history.clocksApartMs);
  // By the hub's own log a promise was made: who asked for it may have heard nothing.
  const promised = overMs(facts, line, {
    doneMs,
    counts: (askedMs, done) => done !== null && promises.some((each) => each.askedMs === askedMs),
  });
  const end = promised ?? line.paidUntilMs + line.graceSeconds * 1000;
  const graceMs = line.paidUntilMs + line.graceSeconds * 1000;
  const letInMs = promises.find(({ loggedMs }) => loggedMs >= graceMs)?.loggedMs;
  const firstEnd = letInMs === undefined ? end : graceMs;
  // Paid in time, it goes on from its end; paid later, from that moment, or from when a promise let its customer in again.
  const fromMs = first > end ? first : (letInMs ?? line.paidUntilMs);
  const rightMs = renewed.length === 0 ? line.paidUntilMs : fromMs + renewed.length * dayMs;
  const letInUntilMs = renewed.length === 0 ? end : rightMs + line.graceSeconds * 1000;
  const phase = renewed.length > 0 || atMs < line.paidUntilMs ? "active" : atMs < end ? "grace" : "over";
  const near = Math.abs(atMs - line.paidUntilMs) < 2000 || Math.abs(atMs - end) < 2000;
  return [
    ...(Math.abs(paidUntilMs - rightMs) <= 1000
      ? []
      : [`it is paid until ${rightMs}, and until ${paidUntilMs} by the books`]),
    ...(state === phase || near ? [] : [`it is ${phase}, and ${state} by the books`]),
    ...(atSite === undefined || Math.abs((atSite ?? 0) - letInUntilMs) <= 1000
      ? []
      : [`its customer is let in until ${letInUntilMs}, and until ${atSite} by the site`]),
    ...(promisesUnpaid(log) > 1 ? ["its customer promised to pay, did not, and promised again"] : []),
    ...wrongNews(history, log, [
      {
        what: "now-grace",
        dueMs: line.paidUntilMs,
        untilMs: firstEnd > line.paidUntilMs ? Math.min(atMs, first, firstEnd) : 0,
      },
      // Over before somebody promised, and once more after that.
      ...(letInMs === undefined ? [] : [{ what: "now-over", dueMs: graceMs, untilMs: letInMs }]),
      { what: "now-over", dueMs: end, untilMs: Math.min(atMs, first) },
    ]),
  ];
}

/** Promises that the hub wrote down, with the order of each. */
function promisesOf(
  log: BookedLine["log"],
  asked: readonly FactOf<"line-promised">[],
  { line }: Line,
  clocksApartMs: number,
) {
  return log
    .filter(({ what }) => what === "promised")
    .flatMap(({ loggedMs }) => {
      const order = asked.findLast((each) => each.line === line && each.atMs <= loggedMs + clocksApartMs);
      return order === undefined ? [] : [{ askedMs: order.atMs, loggedMs }];
    });
}

const promisesUnpaid = (log: BookedLine["log"]): number =>
  log.slice(log.findLastIndex(({ what }) => what === "renewed") + 1).filter(({ what }) => what === "promised").length;

/** What changed by the clock is in its log soon after, once the hub is up. `untilMs`: then it changed again, and nobody need have looked before. */
function wrongNews(
  { hubAway }: History,
  log: BookedLine["log"],
  due: readonly { readonly what: string; readonly dueMs: number; readonly untilMs: number }[],
): string[] {
  const early = log.filter((each) => {
    const dues = due.filter(({ what }) => what === each.what).map(({ dueMs }) => dueMs);
    return dues.length > 0 && each.loggedMs < Math.min(...dues) - 1000;
  });
  const late = due.filter(({ what, dueMs, untilMs }) => {
    const byMs = doneByMs(hubAway, dueMs, lookedAtWithinMs);
    const isSaid = log.some((each) => each.what === what && each.loggedMs >= dueMs - 1000 && each.loggedMs <= byMs);
    return byMs < untilMs && !isSaid;
  });
  return [
    ...early.map(({ what, loggedMs }) => `it is "${what}" at ${loggedMs}, before its time`),
    ...late.map(({ what, dueMs }) => `it is "${what}" from ${dueMs} on, and its log does not say so soon after`),
  ];
}
