/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

const roles = "roles of the provider's staff";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { console_radius: { roles, role_map: roles, confirmed: roles } },
};
