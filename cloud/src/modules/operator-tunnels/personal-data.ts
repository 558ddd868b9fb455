/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { operator_tunnels: { name: "the provider's staff", address: "the provider's staff" } },
};
