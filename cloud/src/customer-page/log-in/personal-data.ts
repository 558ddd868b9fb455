/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    customer_sessions: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "They log in no more.",
      forgotten: [{ column: "expires_at_ms", keptMs: 0 }],
    },
    customer_codes: {
      theirs: "party = $party",
      exported: { not: "Whoever reads a code logs in with it." },
      erased: "delete",
      because: "They log in no more.",
      forgotten: [{ column: "made_at_ms", keptMs: 86_400_000 }],
    },
  },
};
