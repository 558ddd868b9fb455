import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { recordset } from "../../ground/db/recordset.ts";

/** Which recall a site took in to its end, under which epoch. What it was told is known here: nothing else is made of it. */
export const recallProjector: JournalProjector = {
  async project(tx, { providerId, records }) {
    const told = ofKind(records, "recalled").flatMap(({ siteId, epoch, record }) =>
      record.done ? [{ siteId, epoch, seq: record.seq, recalled: record.recall }] : [],
    );
    if (told.length === 0) return;
    await sql`
      update journal_epochs e set recalled = f.recalled
      from (select distinct on ("siteId", epoch) * from ${recordset("f", told, {
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        recalled: "text",
      })} order by "siteId", epoch, seq desc) f
      where e.provider_id = ${providerId} and e.site_id = f."siteId" and e.epoch = f.epoch
    `.execute(tx);
  },
};
