/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    alarms: {
      theirs: "fields ->> 'who' = any ($devices)",
      exported: { not: "What a site noticed: it names a device alone, and that stands in `sessions`." },
      erased: { fields: `fields || '{"who": "–"}'` },
      because: "That somebody guessed codes is the provider's to know, not whose device it was.",
      stays: { name: "a kind of alarm" },
    },
  },
};
