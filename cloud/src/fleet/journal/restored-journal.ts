import { type RawBuilder, sql } from "kysely";

/** For a restored database: from these numbers on the sites send again what it lacks. Statements for a restore, in one raw transaction. */
export const journalRestored: readonly string[] = ["update journal_epochs set restored_seq = last_seq"];

/** How many records a site has sent again, or for the first time, since the database was restored; as a column. */
export const sentSinceRestore = ({
  providerId,
  siteId,
}: {
  readonly providerId: string;
  readonly siteId: string;
}): RawBuilder<number> => sql`(select coalesce(sum(last_seq - coalesce(restored_seq, 0)), 0) from journal_epochs e
  where e.provider_id = ${providerId} and e.site_id = ${siteId})`;
