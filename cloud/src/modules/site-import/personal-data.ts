/** What this module holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  tables: {},
  namesNobody: { site_import_columns: { header: "a column's name" } },
};
