/** What this room holds of a person: see `ground/jobs/person-data.ts`. */

import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { rawBodies, unseenBodies } from "./raw-bodies.ts";

export const personalData: PersonalData = {
  tables: {
    evidence: {
      theirs: "state in ('done', 'unmatched') and (receipt = any ($receipts) or purchase_id = any ($purchases))",
      erased: { body_sealed: "null", remote_address: "null" },
      because: "That it came and what became of it stays, or a copy would count again; what waits is refused before.",
      forgotten: [rawBodies, unseenBodies],
    },
  },
};
