/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    corrections: {
      theirs: "$party in (party, to_party)",
      exported: "theirs",
      erased: {
        reason: "'–'",
        phone_masked: "case when party = $party then null else phone_masked end",
        to_phone_masked: "case when to_party = $party then null else to_phone_masked end",
      },
      because: "The books need every correction.",
    },
  },
};
