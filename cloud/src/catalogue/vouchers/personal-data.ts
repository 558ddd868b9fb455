/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    grants:
      "select 'v.' || batch_id || '.' || serial from voucher_owners where provider_id = $provider and customer_id = any ($customers)",
  },
  tables: {
    voucher_owners: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "The voucher stays, and is nobody's.",
    },
  },
};
