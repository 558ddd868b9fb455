/** NO-SILENCE while somebody waits: what the channel told the hub of plainly stands on the payer's page at its next look, where nothing is in the way. */
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, inTheWay, touches } from "./history.ts";

/** A page looks each four seconds. The rest is the way from the hub to the site, and to the phone. */
const shownWithinMs = 5000;
/** What was in the way so long before may be felt still: a link dials again, and a hub that starts looks around. */
const feltMs = 120_000;

export function* paidInTime(history: History): Iterable<Violation> {
  const { facts } = history.chronicle;
  // For more than this limit the channel is asked before anybody is let in.
  if (factsOf(facts, "unverified-limit").length > 0) return;
  const books = factsOf(facts, "hub-books").at(-1)?.books;
  const purchaseOf = new Map(books?.receipts.map(({ receipt, purchaseId }) => [receipt, purchaseId]));
  const away = [...inTheWay(history), ...history.hubAway];
  for (const { receipt, atMs, isPlain } of factsOf(facts, "acknowledged")) {
    if (isPlain !== true) continue;
    const said = factsOf(facts, "purchase-said").filter((each) => each.purchaseId === purchaseOf.get(receipt));
    const shown = said.find(({ state }) => state === "paid");
    const waited = said.some((each) => each.ask === shown?.ask && each.state !== "paid" && each.atMs <= atMs);
    if (shown === undefined || !waited || touches(away, { fromMs: atMs - feltMs, toMs: shown.atMs })) continue;
    const lateMs = shown.atMs - atMs;
    if (lateMs > shownWithinMs)
      yield broken(
        "NO-SILENCE",
        shown.atMs,
        `${receipt} was told, and the page that waited showed it ${lateMs} ms later`,
      );
  }
}
