/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  namesNobody: {
    group_messages: { who: "how the group was chosen; whom it goes to is in `group_recipients`" },
  },
  tables: {
    group_recipients: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "Only whom a message goes to.",
    },
  },
};
