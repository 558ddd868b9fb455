/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { keptDaysUsual } from "../ground/jobs/kept-days.ts";
import type { PersonalData } from "../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    messages:
      "select message_id from messages where provider_id = $provider and (customer_id = any ($customers) or to_hash = $party)",
  },
  tables: {
    message_events: {
      // An event names its recipient at its end, also of a message that is forgotten.
      theirs:
        "(message_id = any ($messages) or customer_id = any ($customers) or right(event_key, length($party) + 1) = '/' || $party)",
      exported: { rows: "(message_id = any ($messages) or customer_id = any ($customers))" },
      erased: "delete",
      because: "It names the person by their mark.",
      // No cause of a message comes again after a year: what brings it (a request, a payment, a site's report) is forgotten or over by then.
      forgotten: [{ column: "at_ms", keptMs: 400 * 86_400_000 }],
    },
    messages: {
      theirs: "(customer_id = any ($customers) or to_hash = $party)",
      exported: "theirs",
      erased: "delete",
      because: "A message is the person's.",
      forgotten: [
        {
          column: "created_at_ms",
          keptMs: keptDaysUsual.messages * 86_400_000,
          kind: "messages",
          byMonth: true,
        },
      ],
    },
    opt_out_links: {
      theirs: "(customer_id = any ($customers) or to_hash = $party)",
      exported: { not: "Whoever has the link speaks for them." },
      erased: "delete",
      because: "A link of theirs. Whoever ended letters stays in the consents.",
      forgotten: [{ column: "created_at_ms", keptMs: 400 * 86_400_000 }],
    },
    whatsapp_windows: {
      theirs: "to_hash = $party",
      exported: "theirs",
      erased: "delete",
      because: "It says when the person last wrote.",
      forgotten: [{ column: "until_ms", keptMs: 86_400_000 }],
    },
    message_consents: {
      theirs: "(customer_id = any ($customers) or to_hash = $party)",
      exported: "theirs",
      erased: { to_masked: "''", said: "null" },
      because: "Whoever wanted no letters must not get one, whatever number they are known by.",
      stays: { who: "Staff, or the word `customer`." },
    },
  },
};
