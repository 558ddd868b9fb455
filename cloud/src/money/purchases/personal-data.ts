/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    purchases: "select purchase_id from purchases where provider_id = $provider and phone_hash = $party",
  },
  tables: {
    purchases: {
      // Who pays what somebody else asked for is told of it, at a number that stands in the other one's purchase.
      theirs: "(phone_hash = $party or message_phone_sealed is not null and purchase_id = any ($paidPurchases))",
      exported: { rows: "(phone_hash = any ($parties) or customer_id = any ($customers))" },
      erased: {
        phone_sealed: "case when phone_hash = $party then null else phone_sealed end",
        phone_masked: "case when phone_hash = $party then null else phone_masked end",
        message_phone_sealed: "null",
      },
      because: "The books need every payment.",
    },
  },
};
