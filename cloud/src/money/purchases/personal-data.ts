/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    purchases: "select purchase_id from purchases where provider_id = $provider and phone_hash = $party",
  },
  tables: {
    purchases: {
      theirs: "phone_hash = $party",
      exported: { rows: "(phone_hash = any ($parties) or customer_id = any ($customers))" },
      erased: { phone_sealed: "null", phone_masked: "null", message_phone_sealed: "null" },
      because: "The books need every payment.",
    },
  },
};
