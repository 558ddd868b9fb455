/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    fiscal_submissions: {
      theirs: "document_id = any ($documents)",
      exported: "theirs",
      erased: "keep",
      because: "Tax law wants what an authority was told to stay as it is.",
      stays: { data: "As it was issued: also the buyer's name and PIN.", reason: "The authority's own words." },
    },
  },
};
