/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  named: {
    ledger_entries: {
      exported: { rows: "entry_id in (select entry_id from ledger_postings where party = any ($parties))" },
    },
    ledger_postings: { exported: { rows: "party = any ($parties)" } },
    credit_holds: { exported: { rows: "party = any ($parties)" } },
  },
};
