/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    subscriptions:
      "select subscription_id from subscriptions where provider_id = $provider and (customer_id = any ($customers) or subscription_id in ( select p.subscription_id from subscription_packages p where p.provider_id = $provider and p.party = $party))",
  },
  hurdles: {
    "person-subscribed": `select from subscriptions where ended_at_ms is null and (customer_id = any ($customers)
      or subscription_id in (select subscription_id from subscription_packages where party = any ($parties)))`,
    // A deposit that was paid goes back into the credit under their number, and an erasure takes the number. Who was deleted without one can't be
    // given one any more: that stands in nobody's way.
    "person-has-deposit": `select from subscription_items item
      join subscriptions line on line.provider_id = item.provider_id and line.subscription_id = item.subscription_id
      join customers customer on customer.provider_id = line.provider_id and customer.customer_id = line.customer_id
      where line.customer_id = any ($customers) and item.kind = 'deposit' and item.state = 'paid'
        and (customer.phone_hash is not null or customer.deleted_at_ms is null)`,
  },
  tables: {
    subscriptions: {
      theirs: "subscription_id = any ($subscriptions)",
      exported: "theirs",
      erased: { suspended_reason: "null" },
      only: "suspended_reason is not null",
      because: "What was invoiced refers to it.",
    },
    subscription_log: {
      theirs: "subscription_id = any ($subscriptions)",
      exported: "theirs",
      erased: { why: "null" },
      only: "why is not null",
      because: "When it ran explains what was invoiced.",
      stays: { who: "Staff, or the hub." },
    },
    subscription_packages: {
      theirs: "party = $party",
      exported: "theirs",
      erased: { phone_sealed: "null", phone_masked: "null" },
      because: "What was invoiced refers to it.",
    },
  },
  named: {
    subscription_items: {
      exported: { rows: "subscription_id = any ($subscriptions)" },
      stays: { name: "What is paid for." },
    },
  },
};
