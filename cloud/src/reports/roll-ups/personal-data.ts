/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  named: {
    report_payers: { exported: { rows: "party = any ($parties)" } },
    report_payer_months: { exported: { rows: "party = any ($parties)" } },
  },
};
