/**
 * Codes, keys and types that no table of ours lists. Each is counted in the table `unread_evidence`, with one example. A person
 * reads the list and adds what is missing.
 */
import { cutText, storableText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

export async function noteUnknownCode(
  tx: Tx,
  world: World,
  row: { readonly providerId: string; readonly evidenceId: string | null; readonly source: string },
  asItCame: string,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const what = storableText(cutText(asItCame, 200));
  world.log.warn("payment-unread", { source: row.source, what });
  await tx
    .insertInto("unread_evidence")
    .values({
      providerId: row.providerId,
      source: row.source,
      what,
      evidenceId: row.evidenceId,
      firstAtMs: nowMs,
      lastAtMs: nowMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["providerId", "source", "what"])
        .doUpdateSet({ times: sql<number>`unread_evidence.times + 1`, lastAtMs: nowMs, seenAtMs: null }),
    )
    .execute();
}

/** A person has reviewed it. The same code is new again when it comes again. @param id `<source>/<what>` */
export async function markUnknownCodeReviewed(tx: Tx, providerId: string, id: string, nowMs: number): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update unread_evidence set seen_at_ms = ${nowMs}
    where provider_id = ${providerId} and source || '/' || what = ${id} and seen_at_ms is null`.execute(tx);
  return numAffectedRows > 0n;
}
