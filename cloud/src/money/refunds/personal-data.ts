/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    papers: "select refund_id from refunds where provider_id = $provider and party = $party",
  },
  tables: {
    refunds: {
      theirs: "party = $party",
      exported: "theirs",
      erased: { phone_sealed: "null", reason: "'–'", note: "null" },
      because: "The books need every refund.",
    },
  },
};
