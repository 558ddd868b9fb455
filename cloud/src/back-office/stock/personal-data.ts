/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    stock_movements: {
      theirs: "note = any ($jobNotes)",
      erased: { note: "null" },
      because: "The stock must still add up.",
    },
  },
};
