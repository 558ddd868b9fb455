/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    subscriptions:
      "select subscription_id from subscriptions where provider_id = $provider and (customer_id = any ($customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = $provider and p.party = $party))",
  },
  tables: {
    subscriptions: {
      theirs: "subscription_id = any ($subscriptions)",
      erased: { suspended_reason: "null" },
      only: "suspended_reason is not null",
      because: "What was invoiced refers to it.",
    },
    subscription_log: {
      theirs: "subscription_id = any ($subscriptions)",
      erased: { why: "null" },
      only: "why is not null",
      because: "When it ran explains what was invoiced.",
    },
    subscription_packages: {
      theirs: "party = $party",
      erased: { phone_sealed: "null", phone_masked: "null" },
      because: "What was invoiced refers to it.",
    },
  },
};
