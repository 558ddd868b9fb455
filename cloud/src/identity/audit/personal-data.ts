/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import { isOfTheirGrant, type PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    audit: {
      theirs: `(target = any ($named) or via in (select 'customer ' || who from unnest($customers) who)
        or ${isOfTheirGrant("target", "at_ms")})`,
      exported: "theirs",
      erased: { detail: "(detail - 'body' - 'query')" },
      only: "detail ?| array['body', 'query']",
      because: "Who did what stays; what was typed may name the person.",
      forgotten: [{ column: "at_ms", keptMs: keptDaysUsual.audit * 86_400_000, kind: "audit", byMonth: true }],
    },
  },
};
