/**
 * Evidence in, transition out. One pure function decides what evidence does to a purchase, in any order, any number of times.
 *
 * | evidence                               | before money                 | after money (paid, paid_unreceipted)            |
 * |----------------------------------------|------------------------------|-------------------------------------------------|
 * | accepted                               | prompted, id known           | id known                                        |
 * | callback before the prompt's answer    | parked until the answer      | -                                               |
 * | callback, the prompt's answer lost     | parked; id adopted; asked    | -                                               |
 * | pushed money, too much is unverified   | parked, held in suspense; asked | -                                            |
 * | success, receipt, the price            | paid, grant                  | joins paid_unreceipted, else a second receipt   |
 * | success, receipt, more (not STK)       | paid, grant, rest to credit  | joins, rest to credit                           |
 * | success, receipt, less (not STK)       | credit, "underpaid"          | credit, "underpaid"                             |
 * | callback with another amount           | unknown, review, asked       | review                                          |
 * | callback with another request id       | unknown, review, asked       | review                                          |
 * | success without receipt, fetched       | paid_unreceipted, grant      | verified; review if what paid is not of the prompt's amount |
 * | success without receipt, pushed        | unknown, asked               | nothing                                         |
 * | a receipt that is in the books         | nothing; review if it is another purchase's or its amount differs              |
 * | failure                                | failed; review if its package came back after a restore | nothing: paid stays paid; review if it was asked for, and only a callback told of the money |
 * | unknown                                | unknown (failed stays)       | nothing                                         |
 * | unknown, the prompt may be open        | nothing                      | nothing                                         |
 * | give-up                                | unknown, review              | review if no receipt came                       |
 * | a fetched source of the receipt        | too little: its credit is proved | verified                                    |
 * | the same, another one of the price     | -                            | it pays instead of one that only a callback told, which is credit |
 * | credit that paid it is proved, or not there | -                       | verified, once all of it is; or disproved, grant revoked |
 * | less, then the rest (not STK)          | paid out of credit, grant    | credit                                          |
 * | a receipt that stands in suspense      | taken out of suspense, as a success; reported by a callback or given by a person |
 * | money held for this purchase, fetched  | taken out of suspense, paid  | taken out, to credit                            |
 * | reversal                               | parked until the receipt     | reversed, grant revoked, entry; else entry only |
 * | reversal, refunded before              | -                            | the same; the refund is taken back: credit or debt; review |
 * | disproof of what paid                  | -                            | another receipt of ours of the price takes its place; |
 * |                                        |                              | else paid_unreceipted, if a query agreed; else disproved, grant revoked |
 * | either, of the rest of it              | -                            | what was paid before is customer credit again   |
 * | either, of another receipt             | no longer held               | out of customer credit                          |
 * | a receipt was another customer's       | no longer held               | another receipt of ours of the price takes its place; |
 * |                                        |                              | else moved, grant revoked                       |
 * | fetched: less than was told            | -                            | as a disproof of it; what came in is customer credit |
 * | disproof of a verified receipt         | nothing                      | nothing                                         |
 * | disproved receipt, fetched after all   | -                            | joins paid_unreceipted, else to customer credit; review |
 *
 * A late success after "failed" is paid. A second, different receipt is real money: it goes to customer credit.
 */
import type { Evidence } from "../../evidence/evidence.ts";
import { type Beside, moneyStates, type Purchase, type Transition } from "./purchase-facts.ts";
import { become, keep } from "./transition-steps.ts";
import { onDisproof, onMovedAway, onReversal, onSpentCredit } from "./transition-undo.ts";
import { onFailure, onSuccess } from "./transition-verdict.ts";

export function transition(before: Purchase, evidence: Evidence, beside: Beside): Transition {
  const { known, others } = beside;
  switch (evidence.kind) {
    case "accepted":
      return onAccepted(before, evidence.requestId);
    case "success":
      return onSuccess(before, evidence, beside);
    case "failure":
      return onFailure(before, evidence);
    case "unknown":
      return onUnknown(before, evidence.early === true);
    case "give-up":
      return onGiveUp(before);
    case "reversal":
      return onReversal(before, evidence.receipt, known);
    case "disproof":
      return onDisproof(before, evidence.receipt, known, others);
    case "moved-away":
      return onMovedAway(before, evidence.receipt, known, others);
    case "spent-credit":
      return onSpentCredit(before, evidence, others);
  }
}

function onAccepted(before: Purchase, requestId: string): Transition {
  const review = before.requestId !== null && before.requestId !== requestId ? "request-id-differs" : null;
  if (review !== null && before.requestIdFrom === "answer") {
    return become(before, { review: before.review ?? review }, "for review: another request id");
  }
  const waiting = before.state === "created" || before.state === "sending";
  const state = waiting ? "prompted" : before.state;
  const changes = { requestId, requestIdFrom: "answer", state, review: before.review ?? review } as const;
  return become(before, changes, "accepted by the channel");
}

function onGiveUp(before: Purchase): Transition {
  if (moneyStates.has(before.state) && !before.unreceipted) return keep(before, "nothing new");
  const state = moneyStates.has(before.state) || before.state === "failed" ? before.state : "unknown";
  return become(before, { state, review: before.review ?? "no-answer" }, "for review: no answer");
}

function onUnknown(before: Purchase, isEarly: boolean): Transition {
  const isDecided = moneyStates.has(before.state) || before.state === "failed" || before.state === "unknown";
  if (isEarly || isDecided) return keep(before, "nothing new");
  return become(before, { state: "unknown" }, "unknown", [{ kind: "ask" }]);
}
