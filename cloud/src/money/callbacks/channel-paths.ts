/** Keeps the known paths in step with the database: at the start, when any hub process makes a path, and every minute. */
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { type KnownPath, type KnownPaths, ownerHash } from "../../ground/spool/known-paths.ts";
import { pathsChannel } from "../channels/announce-paths.ts";

const everyMs = 60_000;
/** As in `hook-tokens.ts` and `message-addresses.ts`: a replaced address of these uses is good for two days. */
const replacedGoodMs = 2 * 86_400_000;

export interface ChannelPaths {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function keepChannelPaths(
  { world, database }: { readonly world: World; readonly database: Database },
  paths: KnownPaths,
): ChannelPaths {
  let timer: Timer | null = null;
  let stopListening: (() => Promise<void>) | null = null;
  let isStopped = false;

  async function refresh(): Promise<void> {
    timer?.cancel();
    try {
      await paths.replaceAll(await readChannelPaths(database, world.clock.wall().atMs));
    } catch (error) {
      world.log.warn("callback-paths-not-kept", { error: (error as Error).message });
    }
    if (!isStopped) timer = world.clock.after(everyMs, () => void refresh());
  }

  return {
    async start() {
      await refresh();
      stopListening = await database.listen(pathsChannel, () => void refresh());
    },
    async stop() {
      isStopped = true;
      timer?.cancel();
      await stopListening?.();
    },
  };
}

function readChannelPaths(database: Database, nowMs: number): Promise<KnownPath[]> {
  return database.asPlatform("callback-paths", async (tx) => {
    const sinceMs = nowMs - replacedGoodMs;
    const { rows } = await sql<KnownPath>`
      select hook_token_hash as hash, 'push' as use, kind, provider_id as owner from channels
      union all select notice_token_hash, 'confirmation', kind, provider_id from channels
      union all select t.token_hash, t.use, c.kind, provider_id from hook_tokens t join channels c using (provider_id, channel_id)
        where t.replaced_at_ms is not null and (t.use = 'confirmation' or t.replaced_at_ms > ${sinceMs}::bigint)
      union all select m.token_hash, 'message', c.kind, provider_id from message_addresses m join channels c using (provider_id, channel_id)
        where m.replaced_at_ms is null or m.replaced_at_ms > ${sinceMs}::bigint`.execute(tx);
    return rows.map((row) => ({ ...row, owner: ownerHash(row.owner) }));
  });
}
