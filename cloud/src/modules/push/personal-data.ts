/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { push_subscriptions: { address_sealed: "the provider's staff" } },
};
