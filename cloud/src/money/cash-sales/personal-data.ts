/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    grants: "select grant_id from cash_sales where provider_id = $provider and phone_hash = $party",
    saleRecords:
      "select site_id || '/' || epoch || '/' || seq from cash_sales where provider_id = $provider and phone_hash = $party",
  },
  tables: {
    cash_sales: {
      theirs: "phone_hash = $party",
      exported: "theirs",
      erased: { phone_sealed: "null", phone_masked: "null" },
      because: "The seller's account needs every sale.",
    },
  },
};
