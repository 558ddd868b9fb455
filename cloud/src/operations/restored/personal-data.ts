/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import type { PersonalData } from "../../ground/jobs/person-data.ts";
import { givesBackMs } from "./returned-rows.ts";

export const personalData: PersonalData = {
  tables: {
    erased_grants: {
      theirs: "grant_id = any ($grants)",
      exported: { not: "That whoever had it was erased." },
      erased: "keep",
      because: "So long as sites send again, it keeps the devices out.",
      forgotten: [{ column: "repeated_at_ms", keptMs: givesBackMs + 86_400_000 }],
    },
    erased_devices: {
      theirs: "false",
      exported: { not: "A mark of a device of somebody who was erased: nobody else's." },
      erased: "keep",
      because: "So long as sites send again, it keeps the device out.",
      forgotten: [{ column: "repeated_at_ms", keptMs: givesBackMs + 86_400_000 }],
    },
    erased_again: {
      theirs: "mark = $party",
      exported: { not: "That somebody was erased, by a mark that stands in no other table." },
      erased: "keep",
      because: "So long as sites give back and send again, it keeps the number out.",
      forgotten: [{ column: "repeated_at_ms", keptMs: givesBackMs + 86_400_000 }],
    },
  },
};
