/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  named: {
    customer_takeover_lines: { exported: { rows: "customer_id = any ($customers)" } },
  },
};
