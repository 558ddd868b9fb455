/** Judges a chronicle by each invariant. A name without a judge does not compile. */

import { asGiven } from "./as-given.ts";
import { asOffered } from "./as-offered.ts";
import { asTold } from "./as-told.ts";
import { atHotspot } from "./at-hotspot.ts";
import { atTheEnd } from "./at-the-end.ts";
import { bankZero } from "./bank-zero.ts";
import { bookedOnce } from "./booked-once.ts";
import { bytesKept } from "./bytes-kept.ts";
import { cashAtHub } from "./cash-at-hub.ts";
import { cashTaken } from "./cash-taken.ts";
import type { Chronicle, InvariantName, Violation } from "./chronicle.ts";
import { devicesAtOnce } from "./devices-at-once.ts";
import { dueRight } from "./due-right.ts";
import { endedEarly } from "./ended-early.ts";
import { withinFloat } from "./float.ts";
import { givenBack } from "./given-back.ts";
import { heard } from "./heard.ts";
import { heldOff } from "./held-off.ts";
import { broken, factsOf, type History, historyOf } from "./history.ts";
import { outsideHours } from "./hours.ts";
import { journalKept } from "./journal-kept.ts";
import { ledgerZero } from "./ledger-zero.ts";
import { loggedOut } from "./logged-out.ts";
import { moneyOnce } from "./money-once.ts";
import { noGift } from "./no-gift.ts";
import { noSilence } from "./no-silence.ts";
import { keptOutside, noTheft } from "./no-theft.ts";
import { offInTime } from "./off-in-time.ts";
import { onePlace } from "./one-place.ts";
import { believedOver, leftOpen } from "./one-truth.ts";
import { ownRight } from "./own-right.ts";
import { ownRows } from "./own-rows.ts";
import { pageSays } from "./page-says.ts";
import { paidInTime } from "./paid-in-time.ts";
import { paidStays } from "./paid-stays.ts";
import { paperAtHub } from "./paper-at-hub.ts";
import { paysOwn } from "./pays-own.ts";
import { provedOnly } from "./proved-only.ts";
import { received } from "./received.ts";
import { refundedOnce } from "./refunded-once.ts";
import { reportsKept } from "./reports-kept.ts";
import { rightRelease, triedMs } from "./right-release.ts";
import { lockForgotten, sameAgain } from "./same-again.ts";
import { sameAtHub } from "./same-at-hub.ts";
import { lockedOut, sellerPage } from "./seller-page.ts";
import { sentBack } from "./sent-back.ts";
import { slowed } from "./slowed.ts";
import { toldAtSite } from "./told-at-site.ts";
import { toldToWait, wrongTries } from "./tries.ts";
import { undo } from "./undo.ts";
import { unexpected } from "./unexpected.ts";
import { whoseMoney } from "./whose-money.ts";

type Judge = (history: History) => Iterable<Violation>;

const judges: Readonly<Record<InvariantName, readonly Judge[]>> = {
  "OFF-IN-TIME": [offInTime, heldOff, loggedOut],
  "NO-GIFT": [noGift, devicesAtOnce, asTold, atTheEnd, wrongTries, outsideHours, slowed],
  "NO-THEFT": [noTheft, endedEarly, keptOutside, atHotspot, givenBack, toldToWait, ownRight, lockedOut],
  "BYTES-KEPT": [bytesKept, reportsKept, onePlace],
  "JOURNAL-KEPT": [journalKept],
  "MONEY-ONCE": [
    moneyOnce,
    withinFloat,
    sellerPage,
    bookedOnce,
    cashAtHub,
    cashTaken,
    asGiven,
    asOffered,
    paperAtHub,
    refundedOnce,
    sentBack,
    whoseMoney,
  ],
  "SAME-AGAIN": [sameAgain, lockForgotten],
  // Judged with NO-GIFT, of which it is what holds after a loss.
  "NO-AMNESIA": [],
  "ONE-TRUTH": [leftOpen, believedOver, pageSays, sameAtHub, toldAtSite, received],
  HEARD: [heard],
  "NO-CRASH": [noCrash, unexpected],
  "LEDGER-ZERO": [ledgerZero],
  "PAID-STAYS": [paidStays],
  "NO-SILENCE": [noSilence, paidInTime],
  "PROVED-ONLY": [provedOnly, paysOwn],
  "BANK-ZERO": [bankZero],
  "DUE-RIGHT": [dueRight],
  UNDO: [undo, rightRelease],
  "OWN-ROWS": [ownRows],
};

/** In the order of time. Empty: all hold. */
export function judge(chronicle: Chronicle): Violation[] {
  const history = historyOf(chronicle);
  const found = Object.values(judges).flatMap((each) => each.flatMap((judgeOne) => [...judgeOne(history)]));
  return found.sort((one, other) => one.atMs - other.atMs);
}

/** Whatever strikes, the process lives, or starts again: also one of a release that does not work, and is being tried as the story ends. */
function* noCrash({ chronicle: { facts }, endsAtMs }: History): Iterable<Violation> {
  for (const { atMs, what } of factsOf(facts, "threw")) yield broken("NO-CRASH", atMs, what);
  const isUp = factsOf(facts, "books").some(({ books }) => books.when === "end");
  const last = factsOf(facts, "release-started").at(-1);
  const isTried = last !== undefined && last.way !== "good" && endsAtMs - last.atMs <= triedMs;
  if (!isUp && !isTried) yield broken("NO-CRASH", endsAtMs, "the agent never came up again");
}
