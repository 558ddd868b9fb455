/**
 * Sessions that sites ended by themselves, in the audit log. One entry for all that a batch brings of one site and reason: whoever looks
 * at one session finds its reason there. Not in the log: what a person ordered (it has an entry by its request), what the router
 * ended by a limit that it was given, and sessions that were only lost.
 */
import type { World } from "@karibu/protocol/world";
import {
  type JournalBatch,
  type JournalProjector,
  ofKind,
  type RecordOf,
} from "../../ground/agents/journal-projector.ts";
import { writeAudit } from "../../identity/audit/audit.ts";

/** What routers call the end of a session that they were asked to end; `lost`: its router was asked, and knows it no more. */
const askedFor = new Set(["admin-reset", "lost"]);
/** Of people, of what goes on by another log-in, and of sessions that were gone already. */
const notEndedBySite = new Set([
  "kicked",
  "logged-out",
  "passed-on",
  "taken-off",
  "new-limits",
  "silent",
  "not-listed",
  "router-restarted",
  "replaced",
]);

export function endingAuditor(world: World): JournalProjector {
  return {
    async project(tx, { providerId, records }) {
      for (const { siteId, why, sessionIds } of endingsOf(records)) {
        const entry = { providerId, userId: null, target: siteId, requestId: null };
        const detail = { why, count: sessionIds.length, sessionIds };
        await writeAudit(world, tx, { ...entry, action: "session-ended", detail });
      }
    },
  };
}

function endingsOf(records: JournalBatch["records"]) {
  const endings = new Map<string, { readonly siteId: string; readonly why: string; readonly sessionIds: string[] }>();
  for (const { siteId, record } of ofKind(records, "session-stopped")) {
    const why = reasonOf(record);
    if (why === null) continue;
    const name = `${siteId}\n${why}`;
    const ending = endings.get(name) ?? { siteId, why, sessionIds: [] };
    endings.set(name, ending);
    ending.sessionIds.push(record.sessionKey);
  }
  return endings.values();
}

function reasonOf({ cause, why }: RecordOf<"session-stopped">): string | null {
  if (why === undefined || notEndedBySite.has(why) || !askedFor.has(cause)) return null;
  return why;
}
