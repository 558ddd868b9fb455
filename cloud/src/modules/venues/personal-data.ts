/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  namesNobody: {
    venues: {
      name: "whose place a site stands in: a contract partner",
      name_key: "whose place a site stands in: a contract partner",
      phone: "whose place a site stands in: a contract partner",
    },
  },
  tables: {},
};
