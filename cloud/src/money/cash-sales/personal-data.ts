/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    cash_sales: {
      theirs: "phone_hash = $party",
      erased: { phone_sealed: "null", phone_masked: "null" },
      because: "The seller's account needs every sale.",
    },
  },
};
