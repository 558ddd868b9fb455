/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { report_schedules: { reports: "a setting of the provider", user_ids: "the provider's staff" } },
};
