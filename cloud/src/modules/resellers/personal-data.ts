/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  namesNobody: {
    resellers: {
      name: "who sells for the provider",
      name_key: "who sells for the provider",
      phone: "who sells for the provider",
    },
  },
  tables: {},
};
