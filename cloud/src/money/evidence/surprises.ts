/** Whatever no table of ours lists: codes, keys, types. Counted in a table, with one example, for people to teach us. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";

export async function noteSurprise(
  tx: Tx,
  world: World,
  row: { readonly provider_id: string; readonly evidence_id: string | null; readonly source: string },
  what: string,
): Promise<void> {
  const nowMs = world.clock.wall().atMs;
  world.log.warn("payment-surprise", { source: row.source, what: what.slice(0, 200) });
  await tx
    .insertInto("surprises")
    .values({
      provider_id: row.provider_id,
      source: row.source,
      what: what.slice(0, 200),
      evidence_id: row.evidence_id,
      first_at_ms: nowMs,
      last_at_ms: nowMs,
    })
    .onConflict((conflict) =>
      conflict
        .columns(["provider_id", "source", "what"])
        .doUpdateSet({ times: sql<number>`surprises.times + 1`, last_at_ms: nowMs, seen_at_ms: null }),
    )
    .execute();
}
