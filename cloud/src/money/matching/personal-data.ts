/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    pay_accounts: {
      theirs: "(customer_id = any ($customers) or $party in (party, phone_hash))",
      exported: "theirs",
      erased: { active: "false" },
      because: "An account number is given out once; money that still comes there waits for a person.",
    },
    invoice_prompts: {
      theirs: "phone_hash = $party",
      exported: "theirs",
      erased: { phone_masked: "''" },
      because: "The books need every payment.",
      stays: { reason: "A word of ours: why it failed." },
    },
  },
};
