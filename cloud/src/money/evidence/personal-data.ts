/** What this room holds of a person: see `ground/jobs/person-data.ts`. */

import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { keptBodies, rawBodies, unseenBodies } from "./raw-bodies.ts";

const theirs = "state in ('done', 'unmatched') and (receipt = any ($receipts) or purchase_id = any ($purchases))";

export const personalData: PersonalData = {
  tables: {
    evidence_bodies: {
      theirs: `(received_at_ms, evidence_id) in (select received_at_ms, evidence_id from evidence where provider_id = $provider and ${theirs})`,
      exported: { not: "What a channel sent, as it came: what it said stands in `receipts` and `purchases`." },
      erased: "delete",
      because: "What came names its payer; that it came is said by its fact.",
      forgotten: [rawBodies],
    },
    evidence: {
      theirs,
      exported: { not: "What a channel sent: what it said stands in `receipts` and `purchases`." },
      erased: { kept_body_sealed: "null", remote_address: "null" },
      because: "That it came and what became of it stays, or a copy would count again; what waits is refused before.",
      forgotten: [keptBodies, unseenBodies],
    },
  },
};
