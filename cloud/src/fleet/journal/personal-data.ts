/** What this room holds of a person: see `ground/jobs/person-data.ts`. Records that go by age (`passing_records`) keep a device and a log-in name until then. */
import { keptDaysUsual } from "../../ground/jobs/kept-days.ts";
import { isOfTheirGrant, type PersonalData, plausibleTime } from "../../ground/jobs/person-data.ts";
import { blankedRecord, boundByOther } from "./blanked-record.ts";

const isOfTheirs = (row: string) =>
  isOfTheirGrant(`(${row}.raw ->> 'grantId')`, plausibleTime(`${row}.at_ms`, `${row}.received_at_ms`));
const blanked = blankedRecord("kind", "raw", boundByOther("journal_records", isOfTheirs));

export const personalData: PersonalData = {
  tables: {
    passing_records: {
      theirs: "false",
      exported: { not: "What sites told of sessions and log-ins: it stands in `sessions`." },
      erased: "keep",
      because: "Sessions and log-ins as the site told of them: too many to look through, and forgotten by age.",
      stays: { raw: "Forgotten by age." },
    },
    journal_records: {
      theirs: `((site_id, epoch, seq) in (
        select split_part(record, '/', 1), split_part(record, '/', 2), split_part(record, '/', 3)::bigint from unnest($saleRecords) record)
      or kind in ('device-bound', 'device-unbound') and ${isOfTheirs("journal_records")}
      or kind = 'device-unbound' and (raw ->> 'grantId') = any ($grants || array(select split_part(span, '/', 1) from unnest($grantSpans) span))
        and starts_with(raw ->> 'device', 'mac.') and substr(raw ->> 'device', 5) = any ($devices))`,
      exported: { not: "What a site told of a sale or a device: it stands in `cash_sales` and `sessions`." },
      erased: { raw: blanked },
      only: `raw <> ${blanked}`,
      because:
        "A number comes once: the record stays, without what a seller typed of the buyer and without the device where that names a machine.",
      // A record that could not be read may say anything, and an erasure can't look into it. It is of use for days.
      forgotten: [
        {
          column: "received_at_ms",
          keptMs: keptDaysUsual.journal * 86_400_000,
          kind: "journal",
          only: "complaint is not null",
        },
      ],
    },
  },
};
