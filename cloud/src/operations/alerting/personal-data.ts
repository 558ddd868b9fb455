/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { isTheirDevice, type PersonalData, plausibleTime } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    alerts: {
      theirs: isTheirDevice("(fields ->> 'who')", {
        siteId: "site_id",
        atMs: plausibleTime("began_at_ms", "told_at_ms"),
      }),
      exported: { not: "What staff were told of an alarm." },
      erased: { fields: "fields - 'who'" },
      because: "That it was told stays.",
      forgotten: [{ column: "told_at_ms", keptMs: 400 * 86_400_000, only: "ended_at_ms is not null" }],
    },
  },
};
