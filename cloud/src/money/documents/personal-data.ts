/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    documents:
      "select document_id from documents where provider_id = $provider and (customer_id = any ($customers) or party = $party)",
  },
  tables: {
    document_links: {
      theirs: "document_id = any ($documents)",
      exported: { not: "Whoever has the link opens the document, which stands in `documents`." },
      erased: "delete",
      because: "A link of theirs.",
      forgotten: [{ column: "expires_at_ms", keptMs: 86_400_000 }],
    },
    document_charges: {
      theirs: "(customer_id = any ($customers) or party = $party)",
      exported: "theirs",
      erased: { customer_name: "'–'" },
      because: "The tax authority was told of it.",
    },
    documents: {
      theirs: "(customer_id = any ($customers) or party = $party)",
      exported: "theirs",
      erased: "keep",
      because: "Tax law wants an issued document to stay as it is.",
      stays: { customer_name: "As it was issued.", reason: "As it was issued." },
    },
  },
};
