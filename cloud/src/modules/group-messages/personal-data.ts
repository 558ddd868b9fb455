/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    group_recipients: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "Only whom a message goes to.",
    },
  },
};
