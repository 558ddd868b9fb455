/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";

/** Where the job is another customer's, the number alone goes. */
const ofTheirs = (column: string, value: string) =>
  `case when installation_id = any ($installations) then ${value} else ${column} end`;

export const personalData: PersonalData = {
  finds: {
    // Also of who asked for a line and became no customer by that. A job that became a customer's since is that customer's.
    installations: `select installation_id from installations where provider_id = $provider and (customer_id = any ($customers)
      or customer_id is null and (phone_hash = $party or installation_id = $lead))`,
    jobNotes:
      "select '#' || number from installations where provider_id = $provider and installation_id = any ($installations)",
  },
  usesNumbers: `exists (select from installations lead where lead.provider_id = number.provider_id and lead.phone_hash = number.phone_hash
    and lead.created_at_ms > number.until_ms and (lead.customer_id is null or lead.customer_id <> all ($customers)))`,
  tables: {
    installations: {
      theirs: "(installation_id = any ($installations) or phone_hash = $party)",
      exported: { rows: "installation_id = any ($installations)" },
      erased: {
        phone_sealed: "null",
        phone_masked: "null",
        phone_hash: "null",
        latitude: ofTheirs("latitude", "null"),
        longitude: ofTheirs("longitude", "null"),
        place_note: ofTheirs("place_note", "null"),
        note: ofTheirs("note", "null"),
        source: ofTheirs("source", "null"),
        cancel_reason: ofTheirs("cancel_reason", "null"),
        name: ofTheirs("name", "'–'"),
        // Nobody is to be visited any more.
        state: "case when customer_id is null then 'cancelled' else state end",
        ended_at_ms: "case when customer_id is null then coalesce(ended_at_ms, $now) else ended_at_ms end",
        changed_at_ms: "case when customer_id is null or phone_hash = $party then $now else changed_at_ms end",
      },
      because: "Stock was used for it.",
      stays: { checklist: "The provider's staff." },
      forgotten: [{ column: "changed_at_ms", keptMs: 400 * 86_400_000, only: "state = 'cancelled'" }],
    },
    installation_pictures: {
      theirs: "installation_id = any ($installations)",
      exported: "theirs",
      erased: "delete",
      because: "A picture shows their house.",
    },
  },
};
