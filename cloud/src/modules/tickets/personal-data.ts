/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    // A ticket that asks equipment back of who was deleted has no customer, but the name (`stock/ask-back.ts`).
    tickets: `select ticket_id from tickets where provider_id = $provider and (customer_id = any ($customers) or account_id = any ($accounts)
      or split_part(about, '/', 1) = 'ask-back' and split_part(about, '/', 2) = any ($customers))`,
  },
  namesNobody: {
    canned_answers: { name: "a text" },
    ticket_rules: { work_days: "a rule", targets: "a rule" },
  },
  tables: {
    tickets: {
      theirs: "ticket_id = any ($tickets)",
      exported: "theirs",
      erased: { subject: "'–'", opened_by_name: "'–'" },
      because: "How long tickets take is a figure.",
      // What is solved is closed within days, where somebody closes it.
      forgotten: [{ column: "changed_at_ms", keptMs: 1100 * 86_400_000, only: "state in ('solved', 'closed')" }],
    },
    ticket_entries: {
      theirs: "ticket_id = any ($tickets)",
      exported: "theirs",
      erased: { text: "''", who: "case when user_id is null then '–' else who end" },
      because: "They stay with their ticket.",
      stays: { ways: "How an answer was sent." },
    },
    ticket_pictures: {
      theirs: "ticket_id = any ($tickets)",
      exported: "theirs",
      erased: "delete",
      because: "A picture may show anything.",
    },
  },
};
