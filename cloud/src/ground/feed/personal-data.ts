/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    feed_rows: {
      theirs: "kind = 'customer-account' and key = any ($accounts)",
      exported: { not: "What sites were told of an account: it stands in `accounts`." },
      erased: { body: "null" },
      only: "body is not null",
      because: "The row's version tells sites that the account is gone.",
    },
  },
};
