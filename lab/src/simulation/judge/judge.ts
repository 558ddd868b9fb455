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
import type { Chronicle, InvariantName, Violation } from "./chronicle.ts";
import { devicesAtOnce } from "./devices-at-once.ts";
import { dueRight } from "./due-right.ts";
import { withinFloat } from "./float.ts";
import { givenBack } from "./given-back.ts";
import { heard } from "./heard.ts";
import { heldOff } from "./held-off.ts";
import { factsOf, type History, historyOf } from "./history.ts";
import { outsideHours } from "./hours.ts";
import { journalKept } from "./journal-kept.ts";
import { ledgerZero } from "./ledger-zero.ts";
import { loggedOut } from "./logged-out.ts";
import { moneyOnce } from "./money-once.ts";
import { noGift } from "./no-gift.ts";
import { noSilence } from "./no-silence.ts";
import { noTheft } from "./no-theft.ts";
import { offInTime } from "./off-in-time.ts";
import { onePlace } from "./one-place.ts";
import { believedOver, oneTruth } from "./one-truth.ts";
import { ownRight } from "./own-right.ts";
import { ownRows } from "./own-rows.ts";
import { pageSays } from "./page-says.ts";
import { paidStays } from "./paid-stays.ts";
import { paperAtHub } from "./paper-at-hub.ts";
import { paysOwn } from "./pays-own.ts";
import { provedOnly } from "./proved-only.ts";
import { refundedOnce } from "./refunded-once.ts";
import { reportsKept } from "./reports-kept.ts";
import { sameAgain } from "./same-again.ts";
import { sameAtHub } from "./same-at-hub.ts";
import { lockedOut, sellerPage } from "./seller-page.ts";
import { slowed } from "./slowed.ts";
import { toldAtSite } from "./told-at-site.ts";
import { toldToWait, wrongTries } from "./tries.ts";
import { undo } from "./undo.ts";

const judges: Readonly<Record<InvariantName, (history: History) => readonly Violation[]>> = {
  "OFF-IN-TIME": (history) => [...offInTime(history), ...heldOff(history), ...loggedOut(history)],
  "NO-GIFT": (history) => [
    ...noGift(history),
    ...devicesAtOnce(history),
    ...asTold(history),
    ...atTheEnd(history),
    ...wrongTries(history),
    ...outsideHours(history),
    ...slowed(history),
  ],
  "NO-THEFT": (history) => [
    ...noTheft(history),
    ...atHotspot(history),
    ...givenBack(history),
    ...toldToWait(history),
    ...ownRight(history),
    ...lockedOut(history),
  ],
  "BYTES-KEPT": (history) => [...bytesKept(history), ...reportsKept(history), ...onePlace(history)],
  "JOURNAL-KEPT": journalKept,
  "MONEY-ONCE": (history) => [
    ...moneyOnce(history),
    ...withinFloat(history),
    ...sellerPage(history),
    ...bookedOnce(history),
    ...cashAtHub(history),
    ...asGiven(history),
    ...asOffered(history),
    ...paperAtHub(history),
    ...refundedOnce(history),
  ],
  "SAME-AGAIN": sameAgain,
  // Judged with NO-GIFT, of which it is what holds after a loss.
  "NO-AMNESIA": () => [],
  "ONE-TRUTH": (history) => [
    ...oneTruth(history),
    ...believedOver(history),
    ...pageSays(history),
    ...sameAtHub(history),
    ...toldAtSite(history),
  ],
  HEARD: heard,
  "NO-CRASH": noCrash,
  "LEDGER-ZERO": ledgerZero,
  "PAID-STAYS": paidStays,
  "NO-SILENCE": noSilence,
  "PROVED-ONLY": (history) => [...provedOnly(history), ...paysOwn(history)],
  "BANK-ZERO": bankZero,
  "DUE-RIGHT": dueRight,
  UNDO: undo,
  "OWN-ROWS": ownRows,
};

/** In the order of time. Empty: all hold. */
export function judge(chronicle: Chronicle): Violation[] {
  const history = historyOf(chronicle);
  const found = Object.values(judges).flatMap((each) => [...each(history)]);
  return found.sort((one, other) => one.atMs - other.atMs);
}

/** Whatever strikes, the process lives, or starts again. */
function noCrash({ chronicle, endsAtMs }: History): Violation[] {
  const threw = factsOf(chronicle.facts, "threw").map(({ atMs, what }) => ({
    invariant: "NO-CRASH" as const,
    atMs,
    what,
  }));
  const isUp = factsOf(chronicle.facts, "books").some(({ books }) => books.when === "end");
  return isUp ? threw : [...threw, { invariant: "NO-CRASH", atMs: endsAtMs, what: "the agent never came up again" }];
}
