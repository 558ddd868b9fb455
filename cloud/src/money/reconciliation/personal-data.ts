/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {
    statement_lines: {
      theirs: "receipt = any ($receipts)",
      exported: "theirs",
      erased: { payer: "null", account_text: "null" },
      only: "(payer is not null or account_text is not null)",
      because: "The statement must still add up.",
    },
    statement_differences: {
      theirs: "receipt = any ($receipts)",
      exported: { not: "How a statement differed from the books; the payment stands in `receipts`." },
      erased: { note: "null" },
      only: "note is not null",
      because: "What was found, and by whom it was settled, stays.",
    },
  },
};
