/** What this room holds of a person, which is nothing: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  namesNobody: { platform_plans: { name: "a plan of the platform", limits: "counts" } },
  tables: {},
};
