/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    alerts: {
      theirs: "fields ->> 'who' = any ($devices)",
      exported: { not: "What the provider was told of an alarm." },
      erased: { fields: `fields || '{"who": "–"}'` },
      because: "As with the alarm that it tells of.",
    },
  },
};
