/** ONE-TRUTH of what the hub decides: in the end the site's own copy says of each bought package, and of each change by staff, what the hub says. */
import type { ChangedGrant, StandingOfGrant, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function toldAtSite({ chronicle: { facts }, strange, endsAtMs, wasDamaged }: History): Violation[] {
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
  return [
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
