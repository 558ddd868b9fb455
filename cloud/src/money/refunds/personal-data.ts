/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    papers: "select refund_id from refunds where provider_id = $provider and party = $party",
  },
  hurdles: {
    "person-money-under-way": `select from refunds where party = any ($parties)
      and state in ('asked', 'approved', 'sending', 'sent', 'unknown')`,
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
