/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    installations:
      "select installation_id from installations where provider_id = $provider and customer_id = any ($customers)",
    jobNotes:
      "select '#' || number from installations where provider_id = $provider and installation_id = any ($installations)",
  },
  tables: {
    installations: {
      theirs: "installation_id = any ($installations)",
      exported: "theirs",
      erased: {
        phone_sealed: "null",
        phone_masked: "null",
        latitude: "null",
        longitude: "null",
        place_note: "null",
        note: "null",
        source: "null",
        cancel_reason: "null",
        name: "'–'",
      },
      because: "Stock was used for it.",
      forgotten: [{ column: "changed_at_ms", keptMs: 400 * 86_400_000, only: "state = 'cancelled'" }],
    },
    installation_pictures: {
      theirs: "installation_id = any ($installations)",
      exported: "theirs",
      erased: "delete",
      because: "A picture shows their house.",
    },
  },
};
