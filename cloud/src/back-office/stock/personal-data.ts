/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    stock_movements: {
      theirs: "note = any ($jobNotes)",
      exported: { rows: "note = any ($jobNotes)", without: { who: "Staff of the provider." } },
      erased: { note: "null" },
      because: "The stock must still add up.",
      stays: { who: "Staff of the provider.", why: "A word of ours." },
    },
  },
  named: {
    stock_items: { exported: { rows: "customer_id = any ($customers)" } },
  },
};
