/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    payment_links: {
      theirs: "(customer_id = any ($customers) or subscription_id = any ($subscriptions))",
      exported: "theirs",
      erased: { revoked_at_ms: "coalesce(revoked_at_ms, $now)" },
      because: "So long a link that was sent says still that it is paid, or over.",
      forgotten: [{ column: "expires_at_ms", keptMs: 90 * 86_400_000 }],
    },
  },
};
