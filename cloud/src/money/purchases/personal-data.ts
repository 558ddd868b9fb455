/** What this room holds of a person: see `ground/jobs/person-data.ts`. */

import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { undecidedFacts } from "../evidence/unjudged.ts";
import { openStates } from "./transition/purchase-facts.ts";

export const personalData: PersonalData = {
  finds: {
    purchases: "select purchase_id from purchases where provider_id = $provider and phone_hash = $party",
  },
  hurdles: {
    "person-money-under-way": `select from purchases where phone_hash = any ($parties)
        and state in (${openStates.map((state) => `'${state}'`).join(", ")})
      union all select from ${undecidedFacts} told
        where purchase_id in (select purchase_id from purchases where phone_hash = any ($parties))`,
  },
  boughtWithNumber: `select bought.created_at_ms as at_ms from purchases bought
    where bought.provider_id = number.provider_id and bought.phone_hash = number.phone_hash`,
  tables: {
    purchases: {
      // Theirs, or somebody else's that they paid or claimed.
      theirs: "$party in (phone_hash, to_hash)",
      exported: { rows: "(phone_hash = any ($parties) or customer_id = any ($customers))" },
      erased: {
        phone_sealed: "case when phone_hash = $party then null else phone_sealed end",
        phone_masked: "case when phone_hash = $party then null else phone_masked end",
        message_phone_sealed: "null",
      },
      because: "The books need every payment.",
      stays: { reason: "A word of ours: why it failed." },
    },
  },
};
