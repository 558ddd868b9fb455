/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    purchases: "select purchase_id from purchases where provider_id = $provider and phone_hash = $party",
  },
  tables: {
    purchases: {
      // Theirs, or somebody else's that they paid or claimed.
      theirs: "$party in (phone_hash, to_hash)",
      exported: { rows: "(phone_hash = any ($parties) or customer_id = any ($customers))" },
      erased: {
        phone_sealed: "case when phone_hash = $party then null else phone_sealed end",
        phone_masked: "case when phone_hash = $party then null else phone_masked end",
        message_phone_sealed: "null",
      },
      because: "The books need every payment.",
      stays: { reason: "A word of ours: why it failed." },
    },
  },
};
