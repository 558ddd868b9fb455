/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "./person-data.ts";

export const personalData: PersonalData = {
  tables: {
    dead_jobs: {
      theirs: "data ->> 'party' = $party",
      exported: { not: "The hub's own work; what it was about stands in the other tables." },
      erased: "delete",
      provider: "data ->> 'providerId' = $provider",
      because: "Nobody does a failed job about somebody who is gone.",
      forgotten: [{ column: "died_at_ms", keptMs: 90 * 86_400_000 }],
    },
  },
};
