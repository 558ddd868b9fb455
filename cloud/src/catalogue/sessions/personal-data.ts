/** What this room holds of a person: see `ground/jobs/person-data.ts`. */

import { isOfTheirGrant, type PersonalData, plausibleTime } from "../../ground/jobs/person-data.ts";
import { oldSessions } from "./session-retention.ts";

/** The hub heard of a session first before its month was over, and last at `received_at_ms`. */
const begunMs = plausibleTime("begun_at_ms", "least(kept_from_ms, received_at_ms)");
/** A voucher may have been another person's before or after. */
const isTheirs = isOfTheirGrant("grant_id", begunMs);
/** A device has its address for a while before it logs in, and after. */
const besideMs = 3_600_000;

export const personalData: PersonalData = {
  finds: {
    // Of a start that never came in there may be a session all the same.
    grants:
      "select distinct grant_id from sessions where provider_id = $provider and grant_id like 'a.%' and split_part(grant_id, '.', 2) = any ($accounts)",
    devices: `select distinct mac from sessions where provider_id = $provider and ${isTheirs} and mac is not null`,
    addressSpans: `select distinct site_id || '/' || address || '/' || (${begunMs} - ${besideMs}) || '/' || coalesce((stopped_at_ms + ${besideMs})::text, '')
      from sessions where provider_id = $provider and ${isTheirs} and address is not null`,
  },
  tables: {
    refused_log_ins: {
      theirs: "(username = any ($usernames) or mac = any ($devices))",
      exported: {
        // A device may have been another person's before.
        rows: "username = any ($usernames)",
        without: {
          username: "It may be the code of a voucher, which is cash.",
          found_by: "It holds the username.",
        },
      },
      erased: "delete",
      because: "Of no use without the device.",
      forgotten: [{ column: "received_at_ms", keptMs: 90 * 86_400_000, byMonth: true }],
    },
    devices_twice: {
      theirs: "mac = any ($devices)",
      exported: "theirs",
      erased: "delete",
      because: "Of no use without the device.",
      forgotten: [{ column: "seen_at_ms", keptMs: 90 * 86_400_000 }],
    },
    sessions: {
      theirs: isTheirs,
      // A voucher may have been another person's before: its sessions are not told.
      exported: { rows: "(grant_id = any ($grants) and grant_id not like 'v.%')" },
      erased: { mac: "null", address: "null", username: "null" },
      because: "What was used is in the figures of site and plan.",
      stays: { why: "A word of ours: why the site ended it." },
      forgotten: [oldSessions],
    },
  },
  named: {
    usage_days: { exported: { rows: `(grant_id collate "C" = any ($grants) and grant_id not like 'v.%')` } },
  },
};
