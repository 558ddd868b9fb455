/** What this room holds of a person: see `ground/jobs/person-data.ts`. */

import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { undecidedFacts } from "../evidence/unjudged.ts";

export const personalData: PersonalData = {
  finds: {
    receipts: "select receipt from receipts where provider_id = $provider and $party in (party, payer_hash)",
  },
  hurdles: {
    // What came in and is not worked off yet has to be read as it came.
    "person-money-under-way": `select from ${undecidedFacts} told
      where receipt in (select receipt from receipts where party = any ($parties) or payer_hash = any ($parties))`,
  },
  boughtWithNumber: `select paid.booked_at_ms as at_ms from receipts paid
    where paid.provider_id = number.provider_id and paid.party = number.phone_hash`,
  tables: {
    receipts: {
      theirs: "receipt = any ($receipts)",
      exported: { rows: "(party = any ($parties) or payer_hash = any ($parties))" },
      erased: { payer_masked: "null", payer_name: "null", account_text: "null", note: "null" },
      because: "The books need every receipt.",
    },
  },
};
