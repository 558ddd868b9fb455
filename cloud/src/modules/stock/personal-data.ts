/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

/** Of what was used up at their houses, and of what somebody wrote to things that went to them or came from them. */
const noted = `note is not null and (why = 'used' and split_part(note, ' ', 1) = any ($jobNotes)
  or array[from_place, to_place] && array(select 'customer:' || id from unnest($customers) id union all select 'job:' || id from unnest($installations) id))`;

export const personalData: PersonalData = {
  namesNobody: {
    stock_kinds: { name: "a kind of thing" },
    stock_stores: { name: "a place" },
  },
  tables: {
    stock_movements: {
      theirs: noted,
      exported: { rows: noted, without: { who: "Staff of the provider." } },
      erased: { note: "null" },
      because: "The stock must still add up.",
      stays: { who: "Staff of the provider.", why: "A word of ours." },
    },
  },
  named: {
    stock_items: { exported: { rows: "customer_id = any ($customers)" } },
  },
};
