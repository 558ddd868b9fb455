/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  named: {
    person_erasures: { exported: { not: "Who was erased, under an id that says nothing." } },
  },
};
