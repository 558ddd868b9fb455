/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    accounts: "select account_id from accounts where provider_id = $provider and customer_id = any ($customers)",
    usernames: "select username from accounts where provider_id = $provider and customer_id = any ($customers)",
  },
  tables: {
    account_sites: {
      theirs: "account_id = any ($accounts)",
      exported: "theirs",
      erased: "delete",
      because: "It goes with its account.",
    },
    accounts: {
      theirs: "account_id = any ($accounts)",
      exported: "theirs",
      erased: "delete",
      because: "Nobody logs in with it any more.",
    },
  },
};
