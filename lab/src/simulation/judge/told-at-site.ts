/** ONE-TRUTH of what the hub decides: in the end the site's own copy says of each bought package, of each change by staff and of what sellers settled what the hub says. */
import type { ChangedGrant, FactOf, StandingOfGrant, Violation } from "./chronicle.ts";
import { broken, factsOf, type History } from "./history.ts";
import { mayBeHeld, surelyHeld } from "./holds.ts";
import { ordersHeard, toldByMs } from "./orders.ts";

/** A sale at a site whose link is well is in the hub's books. */
const saleToldWithinMs = 9000;
/** After trouble the site dials again within a minute. */
const linkedWithinMs = 75_000;

/** Of a damaged folder a part can't be read. A device that staff have not let in again is told nothing. */
export const copyAtSite = ({
  chronicle,
  strange,
  endsAtMs,
  wasDamaged,
}: History): FactOf<"copy-at-site"> | undefined =>
  wasDamaged || strange.some(({ toMs }) => toMs >= endsAtMs)
    ? undefined
    : factsOf(chronicle.facts, "copy-at-site").at(-1);

export function* toldAtSite(history: History): Iterable<Violation> {
  const { endsAtMs, rights } = history;
  const { facts } = history.chronicle;
  const site = copyAtSite(history);
  const hub = factsOf(facts, "hub-books").at(-1);
  if (site === undefined || hub === undefined) return;
  const kept = hub.books.grants.filter(({ isForgotten }) => !isForgotten);
  for (const { rightId, isSuspended, isRevoked } of kept) {
    const right = rights.get(rightId);
    if (right === undefined || isRevoked) continue;
    const isOff = surelyHeld(history, right, hub.atMs, "office");
    const what = isOff ? "is not suspended, and its customer is" : "is suspended, and its customer is not";
    if (isSuspended ? !mayBeHeld(history, right, hub.atMs, "office") : isOff)
      yield broken("ONE-TRUTH", hub.atMs, `${rightId} ${what}`);
  }
  const heard = ordersHeard(facts);
  const soldMs = new Map(factsOf(facts, "sold").map(({ saleId, atMs }) => [saleId, atMs]));
  for (const { seller, settledCents } of site.settled ?? []) {
    const there = hub.books.sellers.find((each) => each.seller === seller);
    // What a seller keeps of later sales is told with the next hand-in.
    const { handedInCents = 0, commissionCents = 0 } = there ?? {};
    const handIns = factsOf(facts, "handed-in").filter((each) => each.seller === seller && heard.get(each.act) != null);
    const lastMs = Math.max(0, ...handIns.map(({ atMs }) => atMs));
    const toldBefore = hub.books.cashSales.filter(
      (sale) => sale.seller === seller && saleToldByMs(history, soldMs.get(sale.saleId) ?? endsAtMs) < lastMs,
    );
    const leastCents = toldBefore.reduce((sum, sale) => sum + sale.commissionCents, handedInCents);
    const mostCents = handedInCents + commissionCents;
    const what = `seller ${seller} has settled ${settledCents} by the site, and handed in and kept ${leastCents} to ${mostCents}`;
    if (settledCents < leastCents || settledCents > mostCents) yield broken("ONE-TRUTH", site.atMs, what);
  }
  const grants = new Map(site.grants.map((grant) => [grant.rightId, grant]));
  const changes = new Map(site.changes.map((change) => [change.rightId, change]));
  const said = [
    ...kept.map((grant) => [grant.rightId, standing(grant), standing(grants.get(grant.rightId))] as const),
    ...hub.books.changes.map((each) => [each.rightId, changed(each), changed(changes.get(each.rightId))] as const),
  ];
  for (const [rightId, there, here] of said)
    if (there !== here)
      yield broken("ONE-TRUTH", site.atMs, `${rightId} is ${there} by the hub, and ${here} by the site`);
}

const saleToldByMs = (history: History, soldAtMs: number): number =>
  toldByMs(history, soldAtMs + saleToldWithinMs - linkedWithinMs, linkedWithinMs);

function standing(grant: StandingOfGrant | undefined): string {
  if (grant === undefined) return "unknown";
  const { isRevoked, isSuspended, isUnverified, goesOnFrom = null } = grant;
  const words = [
    isRevoked ? "taken back" : "good",
    isSuspended ? "suspended" : "",
    isUnverified ? "not proved" : "",
    goesOnFrom === null ? "" : `goes on from ${goesOnFrom}`,
  ];
  return words.filter((word) => word !== "").join(", ");
}

function changed(change: ChangedGrant | undefined): string {
  if (change === undefined) return "unchanged";
  const { seconds, useSeconds, dataBytes, isPaused } = change;
  const given = `${seconds} s, ${useSeconds} s online and ${dataBytes} bytes more`;
  return isPaused ? `${given}, paused` : given;
}
