/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    papers: "select claim_id from payment_claims where provider_id = $provider and phone_hash = $party",
  },
  tables: {
    payment_claims: {
      theirs: "phone_hash = $party",
      exported: "theirs",
      erased: { phone_sealed: "null", phone_masked: "null", turned_down_reason: "null" },
      because: "A receipt is claimed once.",
    },
  },
};
