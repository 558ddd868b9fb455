/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  namesNobody: {
    customer_column_choices: { columns: "what columns of a file say" },
    customer_takeovers: { plan_ids: "plans", totals: "counts" },
    takeovers: { plan_ids: "plans", withdrawing_off: "batches", totals: "counts", readiness: "counts" },
  },
  tables: {},
  named: {
    customer_takeover_lines: { exported: { rows: "customer_id = any ($customers)" } },
  },
};
