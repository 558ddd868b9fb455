/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    grants: "select grant_id from grants where provider_id = $provider and phone_hash = $party",
  },
  tables: {},
  named: {
    grants: { exported: { rows: "phone_hash = any ($parties)" } },
    grant_starts: { exported: { rows: "grant_id = any ($grants)" } },
  },
};
