/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    outage_wishes: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "Nobody is to be told.",
    },
  },
  named: {
    outage_notices: { exported: { rows: "customer_id = any ($customers)" } },
  },
};
