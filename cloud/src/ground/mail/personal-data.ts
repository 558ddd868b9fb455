/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    mail_outbox: {
      theirs: "lower(to_address) = any ($mails)",
      exported: "theirs",
      erased: "delete",
      because: "A letter names its reader.",
      forgotten: [{ column: "created_at_ms", keptMs: 30 * 86_400_000, only: "state <> 'waiting'" }],
    },
  },
  named: {
    letter_days: {
      exported: {
        not: "How many letters a day went to an address, by its hash, from all providers together and from one.",
      },
    },
  },
};
