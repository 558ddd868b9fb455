/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    mail_outbox: {
      theirs: "lower(to_address) = any ($mails)",
      erased: "delete",
      because: "A letter names its reader.",
      forgotten: [{ column: "created_at_ms", keptMs: 30 * 86_400_000, only: "state <> 'waiting'" }],
    },
  },
};
