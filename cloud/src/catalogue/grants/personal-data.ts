/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { bridgePrefix } from "@karibu/protocol/grant-id";
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    // Sites call it by its own name or that of a lease, and its bridge by a third.
    grants: `select unnest(array[g.grant_id, '${bridgePrefix}' || g.grant_id]
        || array(select g.grant_id || '.' || step from grant_leases l, generate_series(1, l.number) step
          where l.provider_id = g.provider_id and l.grant_id = g.grant_id))
      from grants g where g.provider_id = $provider and g.phone_hash = $party`,
  },
  tables: {},
  named: {
    grants: { exported: { rows: "phone_hash = any ($parties)" } },
    grant_starts: { exported: { rows: "grant_id = any ($grants)" } },
  },
};
