/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    customers:
      "select customer_id from customers where provider_id = $provider and (customer_id = $customer or phone_hash = $party) union all select $customer where not exists (select from customers where provider_id = $provider and (customer_id = $customer or phone_hash = $party))",
    mails:
      "select lower(email) from customers where provider_id = $provider and customer_id = any ($customers) and email is not null",
  },
  tables: {
    customers: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: {
        name: "'–'",
        phone_sealed: "null",
        phone_hash: "null",
        phone_masked: "null",
        email: "null",
        note: "null",
        active: "false",
        deleted_at_ms: "coalesce(deleted_at_ms, $now)",
        updated_at_ms: "$now",
      },
      only: "(name <> '–' or phone_hash is not null or email is not null or note is not null)",
      because: "Books and subscriptions refer to the row.",
      stays: {
        name_key: "Computed from the name.",
        last_name_key: "Computed from the name.",
        phone_tail_key: "A trigger empties it with the number.",
        phone_head_key: "A trigger empties it with the number.",
      },
    },
    customer_numbers: {
      theirs: "(customer_id = any ($customers) or phone_hash = $party)",
      exported: { rows: "customer_id = any ($customers)" },
      erased: "delete",
      because: "What was bought with the number has another mark from now on.",
    },
  },
};
