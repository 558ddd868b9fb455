/** For tests: all that the hub has of journals, whether it is kept for ever or forgotten by age. */
import { type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";

type JournalRow = Omit<Selectable<Schema["journal_records"]>, "raw" | "receivedAtMs">;

export async function readJournal(tx: Tx): Promise<JournalRow[]> {
  const { rows } = await sql<JournalRow>`
    select provider_id, site_id, epoch, seq, kind, at_ms, clock, complaint from journal_records
    union all
    select provider_id, site_id, epoch, seq, kind, at_ms, clock, null from passing_records
    order by site_id, epoch, seq`.execute(tx);
  return rows;
}
