/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    grants: "select grant_id from trial_claims where provider_id = $provider and party = $party",
  },
  tables: {},
  named: {
    trial_claims: {
      exported: { rows: "party = any ($parties)" },
      stays: { phone_masked: "A trigger blanks it when the mark changes." },
    },
    trial_codes: { exported: { not: "Whoever reads a code gets a trial with it." } },
  },
};
