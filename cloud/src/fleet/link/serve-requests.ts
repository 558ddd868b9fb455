import { servedByName } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { Caller, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";

/**
 * Runs a site's request once, however often it is sent: the answer is stored, and outlives link and process. Two processes
 * that get the same request at the same moment may both run it, so handlers are idempotent by their keys.
 */
export function createServe(
  world: World,
  database: Database,
  handlers: readonly RpcHandler[],
): (caller: Caller, method: string, params: unknown, id: string, signal: AbortSignal) => Promise<unknown> {
  const served = servedByName(handlers);
  return async (caller, method, params, id, signal) => {
    const handler = served(method);
    if (handler.readOnly) return await handler.answer(caller, params, signal);
    const { providerId, siteId } = caller;
    const kept = await database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("link_answers")
        .select("answer")
        .where("providerId", "=", providerId)
        .where("siteId", "=", siteId)
        .where("requestId", "=", id)
        .executeTakeFirst(),
    );
    if (kept !== undefined) return kept.answer.result;
    const result = (await handler.answer(caller, params, signal)) ?? null;
    await database.asProvider(providerId, (tx) =>
      tx
        .insertInto("link_answers")
        .values({
          providerId,
          siteId,
          requestId: id,
          answer: json({ result }),
          answeredAtMs: world.clock.wall().atMs,
        })
        .onConflict((on) => on.doNothing())
        .execute(),
    );
    return result;
  };
}
