/** The shell around `circuit-policy.ts`: one row for a channel that fails, shared by all processes. */

import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { afterFailure, type Circuit, type CircuitState, circuitState, duringTry } from "./circuit-policy.ts";

export interface CircuitParts {
  readonly world: World;
  readonly database: Database;
}

type ChannelId = Pick<ChannelRow, "providerId" | "channelId">;

export interface CircuitRow extends Circuit {
  readonly problem: string;
}

/** @returns null: it has not failed since its last success */
export async function readCircuit(tx: Tx, id: ChannelId): Promise<CircuitRow | null> {
  const row = await tx
    .selectFrom("channel_circuits")
    .selectAll()
    .where("providerId", "=", id.providerId)
    .where("channelId", "=", id.channelId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  const { failures, problem, openedAtMs, openUntilMs } = row;
  return { failures, problem, openedAtMs, openUntilMs };
}

/** May the hub call this channel by itself now? Of a half-open one, one caller gets "half-open", and may call once; others get "open". */
export function takeTurn({ world, database }: CircuitParts, id: ChannelId): Promise<CircuitState> {
  return database.asProvider(id.providerId, async (tx) => {
    const nowMs = world.clock.wall().atMs;
    const circuit = await readCircuit(tx, id);
    const state = circuitState(circuit, nowMs);
    if (circuit !== null && state === "half-open") await write(tx, id, { ...circuit, ...duringTry(circuit, nowMs) });
    return state;
  });
}

/** It answered. What it answered does not matter here. */
export function noteSuccess({ database }: CircuitParts, id: ChannelId): Promise<void> {
  return database.asProvider(id.providerId, async (tx) => {
    await tx
      .deleteFrom("channel_circuits")
      .where("providerId", "=", id.providerId)
      .where("channelId", "=", id.channelId)
      .execute();
  });
}

/** It did not answer, or could not be asked. @returns the state since then */
export function noteFailure({ world, database }: CircuitParts, id: ChannelId, problem: string): Promise<CircuitState> {
  return database.asProvider(id.providerId, async (tx) => {
    const nowMs = world.clock.wall().atMs;
    const after = afterFailure(await readCircuit(tx, id), nowMs);
    await write(tx, id, { ...after, problem: cutText(problem, 300) }, nowMs);
    if (after.openedAtMs === nowMs) world.log.warn("channel-circuit-opened", { channelId: id.channelId, problem });
    return circuitState(after, nowMs);
  });
}

async function write(tx: Tx, { providerId, channelId }: ChannelId, circuit: CircuitRow, failedAtMs?: number) {
  const { failures, problem, openedAtMs, openUntilMs } = circuit;
  const fields = { failures, problem, openedAtMs, openUntilMs };
  const failed = failedAtMs === undefined ? {} : { failedAtMs };
  await tx
    .insertInto("channel_circuits")
    .values({ providerId, channelId, ...fields, failedAtMs: failedAtMs ?? 0 })
    .onConflict((conflict) => conflict.columns(["providerId", "channelId"]).doUpdateSet({ ...fields, ...failed }))
    .execute();
}

/** Is the channel of a row called no more for now, because it failed? A condition within another statement. @param table has `provider_id` and `channel_id` */
export const isCircuitOpen = (
  table: string,
  nowMs: number,
): RawBuilder<boolean> => sql`exists (select from channel_circuits o
  where o.provider_id = ${sql.ref(`${table}.providerId`)} and o.channel_id = ${sql.ref(`${table}.channelId`)}
    and o.open_until_ms > ${nowMs}::bigint)`;
