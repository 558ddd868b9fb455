/** Books what lies in the spool of callbacks: each record once, in one transaction with the mark that it is booked. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { isLockNotAvailable, isPassing } from "../../ground/db/passing.ts";
import type { HandOn, SpooledText } from "../../ground/spool/spool.ts";
import type { Intake, Telling } from "./book-callback.ts";
import { keepPromptCallbacks } from "./keep-prompt-callbacks.ts";
import { type HandTold, type IntakeParts, isOfPrompt, type RawCallback } from "./raw-callback.ts";

/** What somebody holds for longer is waited for by itself, and not in the way of all others that lie there. */
const how = { urgent: "alone", byKeys: true, lockTimeout: "1s" } as const;

/** Throws what passes by itself: then the records wait; what is booked of them is not booked again. */
export function createBooking(parts: IntakeParts, { takeIn }: Pick<Intake, "takeIn">, handOn: HandTold): HandOn {
  const { world, database, jobs } = parts;

  async function bookTogether(records: readonly SpooledText[]): Promise<void> {
    const work = async (tx: Tx) => {
      const ids = records.map(({ id }) => id);
      const { rows } = await sql<{ recordId: string }>`
        insert into booked_spool_records (record_id, booked_at_ms)
        select id, ${world.clock.wall().atMs}::bigint from unnest(${ids}::text[]) as id order by id
        on conflict do nothing returning record_id`.execute(tx);
      const isNew = new Set(rows.map((row) => row.recordId));
      const callbacks = records.filter(({ id }) => isNew.delete(id)).map(({ text }) => JSON.parse(text) as RawCallback);
      const ofPrompts = callbacks.filter(isOfPrompt);
      const { known, told: kept } = await keepPromptCallbacks(parts, tx, ofPrompts);
      const told: Telling = { purchases: [...kept.purchases], facts: [...kept.facts] };
      const others = [
        ...ofPrompts.filter((_, index) => !known[index]),
        ...callbacks.filter((each) => !isOfPrompt(each)),
      ];
      for (const callback of others) {
        const { status } = await takeIn(tx, callback, told);
        if (status === 429) throw new Error("too many callbacks to unknown paths within an hour");
      }
      return told;
    };
    // Who has paid waits for it, and so do all that come while the spool is not empty: no report may stand before them.
    const told = await database.asPlatform("book-spooled-callbacks", work, how);
    handOn(told);
    jobs.wake();
  }

  return async (records) => {
    try {
      await bookTogether(records);
      return [];
    } catch (error) {
      if (isPassing(error) && !isLockNotAvailable(error)) throw error;
    }
    const left: string[] = [];
    let held: unknown = null;
    for (const record of records) {
      try {
        await bookTogether([record]);
      } catch (error) {
        if (isLockNotAvailable(error)) {
          held = error;
          continue;
        }
        if (isPassing(error)) throw error;
        world.log.error("callback-not-booked", { record: record.id, error: (error as Error).message });
        left.push(record.id);
      }
    }
    if (held !== null) throw held;
    return left;
  };
}
