/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { bridgePrefix } from "@karibu/protocol/grant-id";
import type { PersonalData } from "../../ground/jobs/person-data.ts";

const inTheTerms = { not: "What staff gave or paused stands in the grant's terms." };

export const personalData: PersonalData = {
  finds: {
    // Sites call it by its own name or that of a lease, and its bridge by a third.
    grants: `select unnest(array[g.grant_id, '${bridgePrefix}' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = $provider and g.phone_hash = $party
      union select s.grant_id from grant_starts s where s.provider_id = $provider and s.origin = 'account'
        and split_part(s.grant_id, '.', 2) = any ($accounts)`,
  },
  tables: {
    grants: {
      theirs: "phone_hash = $party",
      exported: {
        rows: "phone_hash = any ($parties)",
        without: { sold: "Sealed for the hub itself; what it says stands in `purchases`." },
      },
      erased: { sold: "null" },
      only: "sold is not null",
      because: "What was bought is honoured. By its note a restored hub would know the buyer's number again.",
    },
    grant_changes: {
      theirs: "grant_id = any ($grants)",
      exported: inTheTerms,
      erased: { paused_reason: "null" },
      only: "paused_reason is not null",
      because: "What was given is honoured, without what staff wrote of the person.",
    },
    grant_change_log: {
      theirs: "grant_id = any ($grants)",
      exported: inTheTerms,
      erased: { reason: "'–'" },
      only: "reason <> '–'",
      because: "Who gave what stays, without what they wrote of the person.",
    },
  },
  named: {
    grant_starts: { exported: { rows: "grant_id = any ($grants)" } },
  },
};
