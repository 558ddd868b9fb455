/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { bridgePrefix } from "@karibu/protocol/grant-id";
import { isOfTheirGrant, type PersonalData } from "../../ground/jobs/person-data.ts";

/** A voucher may have been another person's before: what staff did with it is not told. */
const taken = { rows: "(grant_id = any ($grants) and grant_id not like 'v.%')" };

export const personalData: PersonalData = {
  finds: {
    // Sites call it by its own name or that of a lease, and its bridge by a third.
    // An account's periods are each a grant, and their starts stay when their sessions are forgotten.
    grants: `select unnest(array[g.grant_id, '${bridgePrefix}' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = $provider and g.phone_hash = $party
      union all select distinct s.grant_id from grant_starts s where s.provider_id = $provider and s.origin = 'account'
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
      because: "A right that was sold stays; what would take its purchase up again holds the whole number.",
    },
    grant_changes: {
      theirs: isOfTheirGrant("grant_id", "changed_at_ms"),
      exported: taken,
      erased: { paused_reason: "null" },
      only: "paused_reason is not null",
      because: "The site goes by what was given.",
    },
    grant_change_log: {
      theirs: isOfTheirGrant("grant_id", "at_ms"),
      exported: { ...taken, without: { changed_by: "Staff of the provider." } },
      erased: { reason: "'–'" },
      only: "reason <> '–'",
      because: "What was given stays; why may name the person.",
    },
  },
  named: {
    grant_starts: { exported: { rows: "grant_id = any ($grants)" } },
  },
};
