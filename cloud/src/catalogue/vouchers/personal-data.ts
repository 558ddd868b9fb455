/** What this room holds of a person: see `ground/jobs/person-data.ts`. */
import { bridgePrefix, voucherPrefix } from "@karibu/protocol/grant-id";
import type { PersonalData } from "../../ground/jobs/person-data.ts";

export const personalData: PersonalData = {
  finds: {
    grants: `select '${voucherPrefix}' || batch_id || '.' || serial from voucher_owners where provider_id = $provider and customer_id = any ($customers)`,
    // The voucher, and its bridge at sites that did not hold it.
    grantSpans: `select kind || batch_id || '.' || serial || '/' || since_ms || '/' || coalesce(until_ms::text, '') from (
        select provider_id, batch_id, serial, customer_id, since_ms, null as until_ms from voucher_owners
        union all select provider_id, batch_id, serial, customer_id, since_ms, until_ms from voucher_past_owners) owned, unnest(array['${voucherPrefix}', '${bridgePrefix}']) kind
      where provider_id = $provider and customer_id = any ($customers)`,
  },
  tables: {
    listed_codes: {
      theirs: "more ->> 'mac' = any ($devices)",
      exported: { not: "A code is cash, whoever holds it; the device stands in `sessions`." },
      erased: { more: "more - 'mac'", mac_erased: "true" },
      because: "The code stays, and is good at any device, as ours are.",
    },
    voucher_owners: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: { customer_id: "null" },
      because:
        "The voucher stays, and is nobody's: its code is on their phone, and must not be given to somebody else.",
    },
    voucher_past_owners: {
      theirs: "customer_id = any ($customers)",
      exported: "theirs",
      erased: "delete",
      because: "Of no use without the customer.",
    },
  },
};
