/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { webhooks: { name: "a program of the provider", events: "a setting of the provider" } },
};
