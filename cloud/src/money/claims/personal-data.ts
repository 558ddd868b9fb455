/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    papers: "select claim_id from payment_claims where provider_id = $provider and phone_hash = $party",
  },
  hurdles: {
    "person-money-under-way":
      "select from payment_claims where phone_hash = any ($parties) and state in ('open', 'asked')",
  },
  usesNumbers: `exists (select from payment_claims claim where claim.provider_id = number.provider_id
    and claim.phone_hash = number.phone_hash and claim.created_at_ms > number.until_ms)`,
  tables: {
    payment_claims: {
      theirs: "phone_hash = $party",
      exported: "theirs",
      erased: { phone_sealed: "null", phone_masked: "null", turned_down_reason: "null" },
      because: "A receipt is claimed once.",
    },
  },
};
