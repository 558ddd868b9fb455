/** ONE-TRUTH of what the hub decides: in the end the site's own copy says of each bought package, of each change by staff and of what sellers settled what the hub says. */
import type { ChangedGrant, StandingOfGrant, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { mayBeHeld, surelyHeld } from "./holds.ts";

export function toldAtSite(history: History): Violation[] {
  const { strange, endsAtMs, wasDamaged, rights } = history;
  const { facts } = history.chronicle;
  const site = factsOf(facts, "copy-at-site").at(-1);
  const hub = factsOf(facts, "hub-books").at(-1);
  // Of a damaged folder a part can't be read. A device that staff have not let in again is told nothing.
  if (wasDamaged || site === undefined || hub === undefined || strange.some(({ toMs }) => toMs >= endsAtMs)) return [];
  const broken = (rightId: string, there: string, here: string): Violation[] =>
    there === here
      ? []
      : [
          {
            invariant: "ONE-TRUTH",
            atMs: site.atMs,
            what: `${rightId} is ${there} by the hub, and ${here} by the site`,
          },
        ];
  const grants = new Map(site.grants.map((grant) => [grant.rightId, grant]));
  const changes = new Map(site.changes.map((change) => [change.rightId, change]));
  const held = hub.books.grants.flatMap(({ rightId, isSuspended, isRevoked, isForgotten }): Violation[] => {
    const right = rights.get(rightId);
    if (right === undefined || isRevoked || isForgotten) return [];
    const isOff = surelyHeld(history, right, hub.atMs, "office");
    if (isSuspended ? mayBeHeld(history, right, hub.atMs, "office") : !isOff) return [];
    const what = isOff ? "is not suspended, and its customer is" : "is suspended, and its customer is not";
    return [{ invariant: "ONE-TRUTH", atMs: hub.atMs, what: `${rightId} ${what}` }];
  });
  const settled = (site.settled ?? []).flatMap(({ seller, settledCents }): Violation[] => {
    const there = hub.books.sellers.find((each) => each.seller === seller);
    // What a seller keeps of later sales is told with the next hand-in.
    const { handedInCents = 0, commissionCents = 0 } = there ?? {};
    if (settledCents >= handedInCents && settledCents <= handedInCents + commissionCents) return [];
    const what = `seller ${seller} handed in ${handedInCents}, and has settled ${settledCents} by the site`;
    return [{ invariant: "ONE-TRUTH", atMs: site.atMs, what }];
  });
  return [
    ...held,
    ...settled,
    ...hub.books.grants
      .filter(({ isForgotten }) => !isForgotten)
      .flatMap((grant) => broken(grant.rightId, standing(grant), standing(grants.get(grant.rightId)))),
    ...hub.books.changes.flatMap((change) =>
      broken(change.rightId, changed(change), changed(changes.get(change.rightId))),
    ),
  ];
}

function standing(grant: StandingOfGrant | undefined): string {
  if (grant === undefined) return "unknown";
  const { isRevoked, isSuspended, isUnverified } = grant;
  const words = [isRevoked ? "taken back" : "good", isSuspended ? "suspended" : "", isUnverified ? "not proved" : ""];
  return words.filter((word) => word !== "").join(", ");
}

function changed(change: ChangedGrant | undefined): string {
  if (change === undefined) return "unchanged";
  const { seconds, useSeconds, dataBytes, isPaused } = change;
  const given = `${seconds} s, ${useSeconds} s online and ${dataBytes} bytes more`;
  return isPaused ? `${given}, paused` : given;
}
