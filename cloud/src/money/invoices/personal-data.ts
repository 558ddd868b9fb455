/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    papers: "select invoice_id from invoices where provider_id = $provider and party = $party",
  },
  hurdles: { "person-owes": "select from invoices where party = any ($parties) and state = 'issued'" },
  tables: {
    invoices: {
      theirs: "party = $party",
      exported: "theirs",
      erased: { customer_name: "'–'", phone_sealed: "null", phone_masked: "null" },
      because: "The books need every invoice; an open one is refused before.",
    },
  },
};
