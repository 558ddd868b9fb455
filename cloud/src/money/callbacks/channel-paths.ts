/** Keeps the known paths in step with the database: at the start, when any hub process makes a path, and every minute. */

import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { type KnownPath, type KnownPaths, ownerHash } from "../../ground/spool/known-paths.ts";
import { pathsChannel } from "../channels/announce-paths.ts";
import { hookPaths } from "../channels/hook-tokens.ts";
import { messagePaths } from "../claims/message-addresses.ts";

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
      ${hookPaths(sinceMs)} union all ${messagePaths(sinceMs)}`.execute(tx);
    return rows.map((row) => ({ ...row, owner: ownerHash(row.owner) }));
  });
}
