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
  row: { readonly provider_id: string; readonly evidence_id: string | null; readonly source: string },
  asItCame: string,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  const what = storableText(cutText(asItCame, 200));
  world.log.warn("payment-unread", { source: row.source, what });
  await tx
    .insertInto("unread_evidence")
    .values({
      provider_id: row.provider_id,
      source: row.source,
      what,
      evidence_id: row.evidence_id,
      first_at_ms: nowMs,
      last_at_ms: nowMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["provider_id", "source", "what"])
        .doUpdateSet({ times: sql<number>`unread_evidence.times + 1`, last_at_ms: nowMs, seen_at_ms: null }),
    )
    .execute();
}

/** A person has reviewed it. The same code is new again when it comes again. @param id `<source>/<what>` */
export async function markUnknownCodeReviewed(tx: Tx, providerId: string, id: string, nowMs: number): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`update unread_evidence set seen_at_ms = ${nowMs}
    where provider_id = ${providerId} and source || '/' || what = ${id} and seen_at_ms is null`.execute(tx);
  return numAffectedRows > 0n;
}
