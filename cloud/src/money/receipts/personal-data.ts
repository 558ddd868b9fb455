/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    receipts: "select receipt from receipts where provider_id = $provider and $party in (party, payer_hash)",
  },
  tables: {
    receipts: {
      theirs: "receipt = any ($receipts)",
      exported: { rows: "(party = any ($parties) or payer_hash = any ($parties))" },
      erased: { payer_masked: "null", payer_name: "null", account_text: "null", note: "null" },
      because: "The books need every receipt.",
    },
  },
};
