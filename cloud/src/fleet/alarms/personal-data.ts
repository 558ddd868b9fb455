/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { isTheirDevice, type PersonalData, plausibleTime } from "../../ground/jobs/person-data.ts";

const dayMs = 86_400_000;

export const personalData: PersonalData = {
  tables: {
    alarms: {
      // Who guessed codes.
      theirs: isTheirDevice("(fields ->> 'who')", {
        siteId: "site_id",
        atMs: plausibleTime("at_ms", "received_at_ms"),
      }),
      exported: { not: "What was wrong at a site: a device may have been another person's before." },
      erased: { fields: "fields - 'who'" },
      because: "That it was so stays.",
      stays: { name: "A kind of alarm." },
      forgotten: [
        { column: "at_ms", keptMs: 365 * dayMs, only: "acknowledged_at_ms is not null" },
        // Also what nobody has looked at. By the hub's clock: a site's may not have been set.
        { column: "received_at_ms", keptMs: 400 * dayMs },
      ],
    },
  },
};
